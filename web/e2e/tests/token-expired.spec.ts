import { connection, expect, isLive, lineOf, signIn, test } from '../support/test.ts'
import { Till } from '../support/till.ts'

test('a session that ended in the middle of a day asks for a sign-in, sells on, and sends everything after it', async ({
  shop,
  visit,
}) => {
  const till = await Till.open(visit)
  const { page } = till
  const first = await till.sell('Bananas')
  await isLive(page)
  await lineOf(page).cut()
  await expect(connection(page)).toContainText('Offline')
  const sold = [first, await till.sell('Avocado')]
  await page.context().clearCookies()
  await lineOf(page).mend()
  await expect(connection(page)).toHaveText('Sign in · 1 sale waiting')
  sold.push(await till.sell('Bananas'))
  await expect(connection(page)).toHaveText('Sign in · 2 sales waiting')
  await page.reload()
  await expect(connection(page)).toHaveText('Sign in · 2 sales waiting')

  await connection(page).click()
  const queue = page.getByRole('dialog', { name: 'Queue' })
  for (const receipt of sold.slice(1)) await expect(queue.getByText(`Sale ${receipt}`)).toHaveCount(1)
  await signIn(page, 'cashier')
  await page.keyboard.press('Escape')
  await isLive(page)
  const sales = await shop.rows('sales', 'search=B01-T3&sort=receipt_number')
  expect(sales.map((sale) => sale.receipt_number)).toEqual(sold)
})
