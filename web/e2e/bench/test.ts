import type { Page } from '@playwright/test'
import { test as base } from '../support/test.ts'
import { installClocks } from './pages.ts'

/** Like the other browser tests, with the clocks in every page. */
export const test = base.extend({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is asked for from this pattern
  inEveryPage: async ({}, use) => use(installClocks),
})

/** Thousands of calls in a row: each on its own would be looked for among all that went before, which takes longer and longer. */
export function inOneStep(act: () => Promise<void>): Promise<void> {
  return test.step('many times', act)
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
