import type { BrowserContext, Page } from '@playwright/test'
import { test as base, signIn, type Visit } from '../support/test.ts'
import { installClocks } from './pages.ts'

/** Like the other browser tests, with the clocks in every page. */
export const test = base.extend<{ readonly visit: Visit }>({
  visit: async ({ browser, shop, contextOptions }, use) => {
    const contexts: BrowserContext[] = []
    await use(async (as, path, options) => {
      const context = await browser.newContext({ ...contextOptions, ...options, baseURL: shop.url })
      contexts.push(context)
      await context.addInitScript(installClocks)
      const page = await context.newPage()
      await page.goto(path)
      await signIn(page, as)
      return page
    })
    for (const context of contexts) await context.close()
  },
})

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
