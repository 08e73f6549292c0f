import AxeBuilder from '@axe-core/playwright'
import { screens, show } from '../support/screens.ts'
import { expect, isLive, type Page, signIn, test } from '../support/test.ts'

const grave = ['serious', 'critical']

async function faults(page: Page, name: string): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode()
    .options({ resultTypes: ['violations'] })
    .analyze()
  return violations
    .filter((violation) => grave.includes(violation.impact ?? ''))
    .map(({ id, nodes }) => `${name}: ${id} at ${nodes.map((node) => node.target.join(' ')).join(', ')}`)
}

/** What sticks out to the right: the page itself, or something to press or fill that no scrolling of its own brings into reach. */
function sticksOut(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = []
    const width = document.documentElement.clientWidth
    if (document.documentElement.scrollWidth > width)
      found.push(`page: ${document.documentElement.scrollWidth}`)
    const scrolls = (element: Element | null): boolean =>
      element !== null &&
      (['auto', 'scroll'].includes(getComputedStyle(element).overflowX) &&
      element.scrollWidth > element.clientWidth
        ? true
        : scrolls(element.parentElement))
    for (const main of document.querySelectorAll('main, main section, dialog, aside')) {
      if (main.scrollWidth > main.clientWidth + 1 && getComputedStyle(main).overflowX !== 'visible')
        found.push(`${main.tagName} ${main.getAttribute('aria-label') ?? main.className} scrolls sideways`)
    }
    for (const element of document.querySelectorAll('button, a, input, select, textarea')) {
      const box = element.getBoundingClientRect()
      const isSeen = box.width > 1 && getComputedStyle(element).visibility === 'visible'
      if (isSeen && box.right > width + 1 && !scrolls(element.parentElement))
        found.push(`${element.textContent || element.getAttribute('aria-label')}: ${Math.round(box.right)}`)
    }
    return found
  })
}

/** What still sticks out when the screen has settled at its width. */
async function sideways(page: Page, name: string): Promise<string[]> {
  let found: string[] = []
  const look = async () => {
    found = await sticksOut(page)
    expect(found).toEqual([])
  }
  await expect(look)
    .toPass({ timeout: 2_000 })
    .catch(() => undefined)
  return found.map((text) => `${name} at ${page.viewportSize()?.width} px: ${text}`)
}

const desktop = { width: 1920, height: 1080 }
const phone = { width: 360, height: 740 }

for (const [colorScheme, viewport, other] of [
  ['light', desktop, phone],
  ['dark', phone, desktop],
] as const) {
  test(`every main screen can be used by everybody, in ${colorScheme} colours at ${viewport.width} px, and none has to be scrolled sideways`, async ({
    shop,
    browser,
  }) => {
    test.slow()
    const context = await browser.newContext({
      baseURL: shop.url,
      hasTouch: viewport === phone,
      colorScheme,
      viewport,
      reducedMotion: 'reduce',
    })
    const page = await context.newPage()
    const found: string[] = []
    const look = async (name: string) => {
      found.push(...(await faults(page, name)), ...(await sideways(page, name)))
      await page.setViewportSize(other)
      found.push(...(await sideways(page, name)))
      await page.setViewportSize(viewport)
    }

    await page.goto('/')
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
    await look('sign-in')
    await signIn(page, 'admin')
    await isLive(page)
    for (const screen of screens) {
      await show(page, screen)
      await look(screen.name)
    }
    await context.close()
    expect(found).toEqual([])
  })
}
