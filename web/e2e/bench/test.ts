import type { CDPSession, Page } from '@playwright/test'
import { test as base, expect } from '../support/test.ts'
import type { Till } from '../support/till.ts'
import type { Good } from './goods.ts'
import { addByScan, installClocks, press } from './pages.ts'

/** Like the other browser tests, with the clocks in every page. */
export const test = base.extend({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is asked for from this pattern
  inEveryPage: async ({}, use) => use(installClocks),
})

/** Thousands of calls in a row: each on its own would be looked for among all that went before, which takes longer and longer. */
export function inOneStep(act: () => Promise<void>): Promise<void> {
  return test.step('many times', act)
}

/** One sale from the scan to the next customer, without a mouse. */
export async function sellByKeys(till: Till, session: CDPSession, product: Good): Promise<void> {
  await addByScan(till.page, session, product)
  await expect(till.lines).toHaveCount(1)
  await press(session, 'F9')
  await till.page.getByTestId('complete').waitFor()
  await press(session, 'Enter')
  await till.page.getByTestId('next').waitFor()
  await press(session, 'Enter')
  await expect(till.lines).toHaveCount(0)
}

/** Waits until so many products are in the list, which shows four in a row. */
export async function hasCatalogue(page: Page, count: number): Promise<void> {
  await page.getByTestId('products').waitFor()
  await page.waitForFunction(
    (rows) => {
      const list = document.querySelector('[data-testid="products"] > div')
      return list instanceof HTMLElement && list.offsetHeight >= rows
    },
    (count / 4) * 104,
    { timeout: 120_000 },
  )
}
