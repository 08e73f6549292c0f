import { chromium } from '@playwright/test'
import { chromium as installed } from '../support/browser.ts'
import { BrowserLine, Line } from '../support/line.ts'
import { emptyQuota, fillQuota, mountSmallDisk } from '../support/small-disk.ts'
import { connection, expect, isLive, type Page, signIn, test } from '../support/test.ts'
import { Till } from '../support/till.ts'

/** How many rows the browser keeps of a table. */
function kept(page: Page, table: string): Promise<number> {
  return page.evaluate(async (name) => {
    const names = await indexedDB.databases()
    const replica = names.find((one) => one.name?.includes(':'))?.name ?? ''
    return new Promise<number>((resolve) => {
      const opening = indexedDB.open(replica)
      opening.onsuccess = () => {
        const counted = opening.result
          .transaction('rows')
          .objectStore('rows')
          .count(IDBKeyRange.bound([name], [name, []]))
        counted.onsuccess = () => {
          opening.result.close()
          resolve(counted.result)
        }
      }
    })
  }, table)
}

test('on a full disk the till goes on selling and following, and nothing that waits is given up', async ({
  shop,
  contextOptions,
}) => {
  const disk = mountSmallDisk(96)
  test.skip(disk === null, 'This user may not mount a file system: run the tests as root to see this one')
  if (disk === null) return
  const line = await Line.to(shop.url)
  const context = await chromium.launchPersistentContext(disk.path, {
    ...installed,
    ...contextOptions,
    baseURL: line.url,
  })
  const cable = new BrowserLine(line, context)
  try {
    const page = await context.newPage()
    await page.goto('/pos')
    await signIn(page, 'cashier')
    await isLive(page)
    await page.getByRole('button', { name: /^Till 3 / }).click()
    const till = new Till(page)
    const sold = [await till.sell('Butter, 250')]
    await isLive(page)
    const products = await kept(page, 'products')
    const sales = await kept(page, 'sales')
    await fillQuota(page)

    // What the node tells is shown all the same.
    const [product] = await shop.rows('products', 'search=Butter, 250&limit=1')
    await shop.update('products', String(product?.id), { name: 'Butter of a full disk' })
    await till.search.fill('full disk')
    await expect(till.product(String(product?.id))).toBeVisible()
    await till.search.fill('')

    await cable.cut()
    await expect(connection(page)).toContainText('Offline')
    for (let n = 0; n < 10; n++) sold.push(await till.sell('full disk'))
    expect(await kept(page, 'products')).toBe(products)
    await expect(page.getByText('The disk of this device is full')).toBeVisible()
    await cable.mend()
    await isLive(page)
    for (const number of sold)
      await expect.poll(async () => (await shop.rows('sales', `receipt_number=${number}`)).length).toBe(1)

    // With room again, the next start brings back what was given up.
    await emptyQuota(page)
    await page.reload()
    await isLive(page)
    await expect.poll(() => kept(page, 'sales')).toBe(sales + 10)
  } finally {
    await context.close()
    await cable.remove()
    disk.remove()
  }
})

test('a tab that is older than what another one has made of the disk says so, and saves all the same', async ({
  shop,
  visit,
}) => {
  const till = await Till.open(visit)
  const { page } = till
  await page.evaluate(async () => {
    const names = (await indexedDB.databases()).map(
      ({ name, version }) => [name ?? '', version ?? 1] as const,
    )
    for (const [name, version] of names)
      await new Promise<void>((resolve, reject) => {
        const newer = indexedDB.open(name, version + 1)
        newer.onsuccess = () => {
          newer.result.close()
          resolve()
        }
        newer.onerror = () => reject(newer.error)
      })
  })
  await expect(page.getByText('Another tab runs a newer version')).toBeVisible()
  const sold = [await till.sell('Bananas')]
  await page.reload()
  sold.push(await till.sell('Bananas'))
  await till.isSent()
  const sales = await shop.rows('sales', 'search=B01-T3&sort=receipt_number')
  expect(sales.map((sale) => sale.receipt_number)).toEqual(sold)
})
