import { expect } from '@playwright/test'
import { connection, isLive, lineOf } from '../support/test.ts'
import { Till } from '../support/till.ts'
import { record } from './figure.ts'
import { good, productCount } from './goods.ts'
import { slowDown, slowdowns } from './pages.ts'
import { hasCatalogue, inOneStep, sellByKeys, test } from './test.ts'

const queued = 500

for (const slowdown of slowdowns) {
  test(`${queued} queued sales after a reconnect, ${slowdown} times slower`, async ({
    shop,
    visit,
  }, info) => {
    const till = await Till.open(visit)
    const { page } = till
    await hasCatalogue(page, productCount)
    await lineOf(page).cut()
    const session = await slowDown(page, 1)
    await inOneStep(async () => {
      for (let n = 0; n < queued; n++) {
        await sellByKeys(till, session, good(n))
      }
    })
    await expect(connection(page)).toContainText(`${queued} sales waiting`)
    await slowDown(page, slowdown)
    const took = page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          addEventListener('online', ({ timeStamp }) => {
            const done = () => document.querySelector('[data-testid="connection"]')?.textContent === 'Live'
            void window.bench.painted(done, 120_000).then((at) => resolve(at - timeStamp))
          })
        }),
    )
    await page.evaluate(() => undefined)
    await lineOf(page).mend()
    const seconds = (await took) / 1000
    await isLive(page)

    const sales = await shop.rows('sales', 'search=B01-T3&sort=receipt_number&limit=5000')
    const receipts = sales.map((sale) => String(sale.receipt_number))
    const wanted = Array.from({ length: queued }, (_, n) => `B01-T3-${String(n + 1).padStart(6, '0')}`)
    expect(receipts).toEqual(wanted)
    // One line each: the newest ones are theirs, and no sale has two.
    const lines = await shop.rows('sale_lines', `sort=-id&limit=${queued}`)
    expect(lines.map((line) => String(line.sale_id)).sort()).toEqual(sales.map((sale) => sale.id).sort())
    await record(info, {
      name: `reconnect with ${queued} queued sales → all confirmed`,
      unit: 's',
      slowdown,
      samples: [seconds],
      targets: [{ at: 1, limit: 5 }],
      note: `the node has ${receipts.length} sales of the till, none doubled, none missing`,
    })
  })
}
