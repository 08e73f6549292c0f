import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connection, expect, isLive, lineOf, test } from '../support/test.ts'
import { Till } from '../support/till.ts'

test('behind a sign-in page of somebody else’s network the till sells, starts again, and believes none of what it says', async ({
  shop,
  visit,
}) => {
  const portal = createServer((asked, answer) => {
    asked.resume()
    answer.writeHead(200, { 'Content-Type': 'text/html' })
    answer.end('<!doctype html><title>Free Wi-Fi</title><h1>Welcome! Accept our terms</h1>')
  })
  await new Promise<void>((resolve) => portal.listen(0, '127.0.0.1', resolve))
  try {
    const till = await Till.open(visit)
    const { page } = till
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
    await lineOf(page).divert((portal.address() as AddressInfo).port)
    await expect(connection(page)).toContainText('Offline')
    const sold = [await till.sell('Bananas'), await till.sell('Avocado')]
    await page.reload()
    await expect(connection(page)).toHaveText('Offline · 2 sales waiting')
    await page.evaluate(() => navigator.serviceWorker.ready.then((worker) => worker.update().catch(() => {})))
    sold.push(await till.sell('Bananas'))
    await page.reload()
    await expect(page.getByText('Free Wi-Fi')).toHaveCount(0)
    await expect(connection(page)).toHaveText('Offline · 3 sales waiting')

    await lineOf(page).mend()
    await isLive(page)
    const sales = await shop.rows('sales', 'search=B01-T3&sort=receipt_number')
    expect(sales.map((sale) => sale.receipt_number)).toEqual(sold)
  } finally {
    portal.closeAllConnections()
    portal.close()
  }
})
