import {
  type BrowserContext,
  type BrowserContextOptions,
  test as base,
  expect,
  type Locator,
  type Page,
} from '@playwright/test'
import { BrowserLine, Line } from './line.ts'
import { type Mailbox, password, Shop } from './shop.ts'

/** Opens a browser profile of its own, signs this person in and goes to the page. */
export type Visit = (as: Mailbox, path: string, options?: BrowserContextOptions) => Promise<Page>

interface Fixtures {
  readonly shop: Shop
  readonly visit: Visit
  /** Runs in every page of a visit before the page's own code. */
  readonly inEveryPage: (() => void) | null
}

export const test = base.extend<Fixtures>({
  inEveryPage: null,
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is asked for from this pattern
  shop: async ({}, use) => {
    const shop = await Shop.open()
    await use(shop)
    await shop.close()
  },
  visit: async ({ browser, shop, contextOptions, inEveryPage }, use) => {
    const contexts: BrowserContext[] = []
    await use(async (as, path, options) => {
      const line = await Line.to(shop.url)
      const context = await browser.newContext({ ...contextOptions, ...options, baseURL: line.url })
      contexts.push(context)
      lines.set(context, new BrowserLine(line, context))
      if (inEveryPage !== null) await context.addInitScript(inEveryPage)
      const page = await context.newPage()
      await page.goto(path)
      await signIn(page, as)
      return page
    })
    for (const context of contexts) {
      await context.close()
      await lines.get(context)?.remove()
    }
  },
})

const lines = new WeakMap<BrowserContext, BrowserLine>()

/** The line of the profile that `visit` made for this page. */
export function lineOf(page: Page): BrowserLine {
  const line = lines.get(page.context())
  if (line === undefined) throw new Error('This page was not opened by `visit`')
  return line
}

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
