import type { Page } from '@playwright/test'
import type { Shop } from '../support/shop.ts'
import { connection, expect, isLive, lineOf, test } from '../support/test.ts'
import { numberOf, Till } from '../support/till.ts'

interface Loss {
  readonly title: string
  readonly lose: (shop: Shop, page: Page) => Promise<void>
  readonly regain: (shop: Shop, page: Page) => Promise<void>
}

const losses: readonly Loss[] = [
  {
    title: 'with its network gone silent',
    lose: (_, page) => lineOf(page).cut({ isSilent: true }),
    regain: (_, page) => lineOf(page).mend(),
  },
  {
    title: 'while the server is stopped',
    lose: (shop) => shop.stop('SIGTERM'),
    regain: (shop) => shop.start(),
  },
  {
    title: 'when the server is killed in the middle',
    lose: (shop) => shop.stop('SIGKILL'),
    regain: (shop) => shop.start(),
  },
]

for (const { title, lose, regain } of losses) {
  test(`a till ${title} goes on selling, keeps it over a reload, and hands it over once and in order`, async ({
    shop,
    visit,
  }) => {
    const [product] = await shop.rows('products', 'search=Butter, 250&limit=1')
    const id = String(product?.id)
    const onHand = await shop.onHand(id)
    const till = await Till.open(visit)
    const other = await Till.open(visit, 'manager', 'Till 4')
    const first = await till.sell('Butter, 250')
    await till.isSent()
    const [sale] = await shop.rows('sales', `search=${first}`)
    const told = await shop.feed(sale?.branch_id)
    await expect(other.stock(id)).toHaveAttribute('data-stock', String(onHand - 1))

    await lose(shop, till.page)
    await expect(connection(till.page)).toContainText('Offline')
    const receipts = [await till.sell('Butter, 250'), await till.sell('Butter, 250', 'Bananas')]
    await expect(connection(till.page)).toHaveText('Offline · 2 sales waiting')
    await expect(till.stock(id)).toHaveAttribute('data-stock', String(onHand - 3))

    await till.add('Avocado')
    await till.page.reload()
    await expect(connection(till.page)).toHaveText('Offline · 2 sales waiting')
    await expect(till.lines).toHaveCount(1)
    await expect(till.stock(id)).toHaveAttribute('data-stock', String(onHand - 3))
    receipts.push(await till.sell('Butter, 250'))
    await expect(connection(till.page)).toHaveText('Offline · 3 sales waiting')
    await connection(till.page).click()
    const queue = till.page.getByRole('dialog', { name: 'Queue' })
    for (const receipt of receipts) await expect(queue.getByText(`Sale ${receipt}`)).toHaveCount(1)
    await till.page.keyboard.press('Escape')

    await regain(shop, till.page)
    await expect(connection(till.page)).toHaveText('Live', { timeout: 30_000 })
    await expect(connection(other.page)).toHaveText('Live', { timeout: 30_000 })
    const last = await till.sell('Butter, 250')
    await till.isSent()

    const all = [first, ...receipts, last]
    expect(all.map(numberOf)).toEqual([1, 2, 3, 4, 5])
    const kept = await shop.rows('sales', 'search=B01-T3&sort=receipt_number')
    expect(kept.map((row) => row.receipt_number)).toEqual(all)
    const arrived = (await told())
      .filter((change) => change.table === 'sales' && change.fields?.receipt_number)
      .map((change) => change.fields?.receipt_number)
    expect(arrived).toEqual(all.slice(1))
    expect(await shop.onHand(id)).toBe(onHand - 5)
    for (const one of [till, other]) {
      await expect(one.stock(id)).toHaveAttribute('data-stock', String(onHand - 5))
    }
  })
}

test('a person who opened no till page before can still open one offline, with all the goods', async ({
  visit,
}) => {
  const page = await visit('manager', '/dashboard')
  await isLive(page)
  await expect(page.locator('[data-figure="sales"]')).toHaveText(/^\d+$/)
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
  await lineOf(page).cut()
  await expect(connection(page)).toContainText('Offline')
  await page.goto('/back-office/products')
  await expect(page.getByTestId('rows').getByText('All-purpose cleaner, 1 l')).toBeVisible()
  await page.goto('/cashier/pos')
  await expect(page.locator('[data-state="draft"] [data-row]').first()).toBeVisible()
})
