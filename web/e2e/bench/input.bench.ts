import type { Page } from '@playwright/test'
import { screens, show } from '../support/screens.ts'
import { record } from './figure.ts'
import { slowDown, slowdowns } from './pages.ts'
import { test } from './test.ts'

/** Page times from an input to the next picture, as the browser's own Event Timing says them, in steps of 8 ms. */
function installInteractions(): void {
  const longest = new Map<number, number>()
  Object.assign(window, { benchInteractions: longest })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & { interactionId: number })[]) {
      if (entry.interactionId > 0)
        longest.set(entry.interactionId, Math.max(longest.get(entry.interactionId) ?? 0, entry.duration))
    }
  }).observe({ type: 'event', durationThreshold: 16, buffered: true } as PerformanceObserverInit)
}

async function taken(page: Page): Promise<number[]> {
  await page.waitForTimeout(150)
  return page.evaluate(() => {
    const longest = (window as unknown as { benchInteractions: Map<number, number> }).benchInteractions
    const values = [...longest.values()]
    longest.clear()
    return values
  })
}

/** Uses what the screen offers: fields are typed into, tabs and rows are pressed, dialogs are closed again. */
async function use(page: Page): Promise<void> {
  const dialogs = page.getByRole('dialog')
  const within = (await dialogs.count()) > 0 ? dialogs.last() : page
  const field = within.locator('input:not([type=radio], [type=checkbox]):visible').first()
  if ((await field.count()) > 0 && (await field.isEditable().catch(() => false))) {
    await field.focus() // Something may lie over it.
    await page.keyboard.type('ta1', { delay: 40 })
    for (let n = 0; n < 3; n++) await page.keyboard.press('Backspace')
  }
  for (let n = 0; n < 4; n++) await page.keyboard.press('Tab')
  for (let n = 0; n < 2; n++) await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Escape')
}

for (const slowdown of slowdowns) {
  test(`every screen answers, ${slowdown} times slower`, async ({ visit }, info) => {
    const page = await visit('admin', '/dashboard')
    await page.getByTestId('connection').getByText('Live').waitFor({ timeout: 120_000 })
    await page.evaluate(installInteractions)
    await slowDown(page, slowdown)
    const worst: [screen: string, ms: number, count: number][] = []
    const all: number[] = []
    for (const screen of screens) {
      await taken(page)
      await show(page, screen)
      await use(page)
      const values = await taken(page)
      all.push(...values)
      worst.push([screen.name, Math.max(0, ...values), values.length])
    }
    await record(info, {
      name: 'input → next picture, the worst of each screen',
      unit: 'ms',
      slowdown,
      samples: worst.map(([, ms]) => ms),
      targets: [{ at: 1, limit: 100 }],
      note: `${all.length} inputs took 16 ms or more; by screen ${worst.map(([name, ms]) => `${name} ${ms}`).join(', ')}`,
    })
  })
}
