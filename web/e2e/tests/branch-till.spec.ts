import { Branch } from '../support/branch.ts'
import { Line } from '../support/line.ts'
import { expect, isLive, signIn, test } from '../support/test.ts'
import { Till } from '../support/till.ts'

test('a till at a branch tells whether the branch has a sale, and whether head office has judged it', async ({
  shop,
  browser,
  contextOptions,
}) => {
  const cable = await Line.to(shop.url)
  const branch = await Branch.join(await shop.invite('Airport'), cable.url)
  const context = await browser.newContext({ ...contextOptions, baseURL: branch.url })
  try {
    const till = new Till(await context.newPage())
    await till.page.goto('/pos')
    // A node that runs takes over within a second who was added beside it.
    await expect(async () => {
      await signIn(till.page, 'admin')
      await expect(till.page.getByRole('heading', { name: 'Till' })).toBeVisible({ timeout: 2_000 })
    }).toPass()
    await isLive(till.page)
    await till.page.getByRole('button', { name: /^Add a till/ }).click()
    const newest = till.page.getByRole('dialog').locator('[data-sale-state]').first()

    await cable.cut()
    const number = await till.sell('Milk')
    await till.page.getByRole('button', { name: 'Today’s sales' }).click()
    await expect(newest).toHaveText('Confirmed by branch')
    await cable.mend()
    await expect(newest).toHaveText('Confirmed by head office')
    await expect
      .poll(async () => (await shop.rows('sales', `receipt_number=${number}`, 'admin')).length)
      .toBe(1)

    await till.page.getByText(number).click()
    await expect(till.page.getByTestId('sale-steps').locator('[data-step]')).toHaveText([
      /^On this device/,
      /^Sent/,
      /^Confirmed by branch/,
      /^Confirmed by head office/,
    ])
  } finally {
    await context.close()
    await branch.close()
    await cable.cut()
  }
})
