import { type BrowserContextOptions, test as base, expect, type Locator, type Page } from '@playwright/test'
import { type Mailbox, password, Shop } from './shop.ts'

/** Opens a browser profile of its own, signs this person in and goes to the page. */
export type Visit = (as: Mailbox, path: string, options?: BrowserContextOptions) => Promise<Page>

interface Fixtures {
  readonly shop: Shop
  readonly visit: Visit
}

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is asked for from this pattern
  shop: async ({}, use) => {
    const shop = await Shop.open()
    await use(shop)
    await shop.close()
  },
  visit: async ({ browser, shop, contextOptions }, use) => {
    const contexts: { close: () => Promise<void> }[] = []
    await use(async (as, path, options) => {
      const context = await browser.newContext({ ...contextOptions, ...options, baseURL: shop.url })
      contexts.push(context)
      const page = await context.newPage()
      await page.goto(path)
      await signIn(page, as)
      return page
    })
    for (const context of contexts) await context.close()
  },
})

export async function signIn(page: Page, as: Mailbox, secret = password): Promise<void> {
  await page.getByLabel('E-mail').fill(`${as}@demo.shop`)
  await page.getByLabel('Password').fill(secret)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** The corner that says how this device stands to its node. */
export const connection = (page: Page) => page.getByTestId('connection')

export async function isLive(page: Page): Promise<void> {
  await expect(connection(page)).toHaveText('Live')
}

export { expect, type Locator, type Page }
