import { expect, isLive, test } from './support/test.ts'
import { Till } from './support/till.ts'
import { notePress, noteWhen } from './support/watch.ts'

const sales = 30

test('from the press of "Complete sale" to the screens of others', async ({ shop, visit }) => {
  const [product] = await shop.rows('products', 'search=Butter, 250&limit=1')
  const [shelf] = await shop.rows('inventories', `product_id=${product?.id}`)
  if (!product || !shelf) throw new Error('The demo shop has no butter')
  await shop.count(shelf, 500)
  const till = await Till.open(visit)
  const dashboard = await visit('manager', '/dashboard')
  await isLive(dashboard)
  const other = new Till(await visit('manager', '/pos'))
  await isLive(other.page)
  await other.page.getByRole('button', { name: /^Till 4 / }).click()
  const figure = dashboard.locator('[data-figure="sales"]')
  await expect(figure).toHaveText(/^\d+$/)
  const sold = Number(await figure.textContent())

  const took: { stock: number[]; figure: number[] } = { stock: [], figure: [] }
  for (let n = 1; n <= sales; n++) {
    await till.add('Butter, 250')
    await till.pay()
    const pressed = await notePress(till.page.getByTestId('complete'))
    const figureSeen = await noteWhen(figure, String(sold + n))
    const stockSeen = await noteWhen(other.stock(product.id), `${500 - n} left`)
    await till.complete()
    await expect(figure).toHaveText(String(sold + n))
    await expect(other.stock(product.id)).toHaveAttribute('data-stock', String(500 - n))
    const start = await pressed()
    took.stock.push((await stockSeen()) - start)
    took.figure.push((await figureSeen()) - start)
  }
  for (const [name, values] of Object.entries(took)) {
    const sorted = [...values].sort((a, b) => a - b)
    const at = (share: number) =>
      Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0)
    console.log(
      `${name}: first ${Math.round(values[0] ?? 0)}, median ${at(0.5)}, p95 ${at(0.95)}, worst ${at(1)} ms`,
    )
    console.log(values.map(Math.round).join(' '))
  }
})
