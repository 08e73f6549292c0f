import { test as base, connection, expect, isLive, lineOf } from '../support/test.ts'
import { Till } from '../support/till.ts'

/** The clock of a device that stands this many milliseconds beside the time. */
function wrongClock(off: number): () => void {
  return new Function(`
    const Right = Date
    globalThis.Date = class Date extends Right {
      constructor(...args) {
        if (args.length === 0) super(Right.now() + ${off})
        else super(...args)
      }
      static now() {
        return Right.now() + ${off}
      }
    }`) as () => void
}

const day = 24 * 60 * 60_000
const clocks = { 'ten years ahead': 3652 * day, 'a day behind': -day }

for (const [title, off] of Object.entries(clocks)) {
  const test = base.extend({
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is asked for from this pattern
    inEveryPage: async ({}, use) => use(wrongClock(off)),
  })

  test(`a till whose clock is ${title} sells at the right time, and what it wrote can be changed by others`, async ({
    shop,
    visit,
  }) => {
    const till = await Till.open(visit, 'manager')
    const { page } = till
    const [product] = await shop.rows('products', 'search=Butter, 250&limit=1')
    const sold = [await till.sell('Butter, 250')]
    await isLive(page)
    await lineOf(page).cut()
    await expect(connection(page)).toContainText('Offline')
    sold.push(await till.sell('Butter, 250'))
    await page.getByRole('button', { name: 'Today’s sales' }).click()
    await expect(page.getByRole('dialog').locator('[data-sale-state]')).toHaveCount(2)
    await page.keyboard.press('Escape')
    await lineOf(page).mend()
    await isLive(page)

    const sales = await shop.rows('sales', 'search=B01-T3&sort=receipt_number')
    expect(sales.map((sale) => sale.receipt_number)).toEqual(sold)
    for (const sale of sales)
      expect(Math.abs(Date.now() - Date.parse(String(sale.sold_at)))).toBeLessThan(120_000)

    await page.goto(`/back-office/products?row=${product?.id}`)
    const price = page.getByRole('complementary').getByLabel('Price')
    await price.fill('4')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await expect.poll(async () => (await shop.rows('products', 'search=Butter, 250'))[0]?.price).toBe(400)
    await shop.update('products', String(product?.id), { price: 500 })
    await page.goto(`/back-office/products?row=${product?.id}`)
    await expect(price).toHaveValue('5.00')
    expect((await shop.rows('products', 'search=Butter, 250'))[0]?.price).toBe(500)
  })
}
