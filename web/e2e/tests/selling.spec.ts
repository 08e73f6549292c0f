import { expect, test } from '../support/test.ts'
import { numberOf, Till } from '../support/till.ts'

test('goods come into the cart by search, by touch and by scanner, and their quantities change', async ({
  shop,
  visit,
}) => {
  const [bread, milk, tea] = await shop.rows('products', 'limit=3&sort=name&status=active')
  const till = await Till.open(visit)

  await till.add(String(bread?.name))
  await till.product(String(milk?.id)).click()
  await till.scan(String(tea?.barcode))
  await expect(till.lines).toHaveCount(3)
  await expect(till.search).toHaveValue('')

  await till
    .line(String(bread?.id))
    .getByRole('button', { name: `One ${bread?.name} more` })
    .click()
  await till
    .line(String(milk?.id))
    .getByRole('button', { name: /change the quantity/ })
    .click()
  await till.page.getByRole('textbox', { name: 'Quantity' }).fill('12')
  await till.page.keyboard.press('Enter')
  await till
    .line(String(tea?.id))
    .getByRole('button', { name: `One ${tea?.name} less` })
    .click()

  await expect(till.lines).toHaveCount(2)
  const cents = 2 * Number(bread?.price) + 12 * Number(milk?.price)
  await expect(till.total).toHaveText(`€${(cents / 100).toFixed(2)}`)
})

test('a code nobody knows is said, and nothing is added', async ({ visit }) => {
  const till = await Till.open(visit)
  await till.scan('99999999999')
  await expect(till.page.getByTestId('unknown-code')).toHaveText('99999999999')
  await expect(till.lines).toHaveCount(0)
})

test('sales in cash with change, by card and split each get the next receipt number', async ({
  shop,
  visit,
}) => {
  const [product] = await shop.rows('products', 'search=Butter&limit=1')
  const name = String(product?.name)
  const price = Number(product?.price)
  const till = await Till.open(visit)

  await till.add(name)
  await till.pay('Cash')
  await till.page.getByRole('textbox', { name: 'Handed over' }).fill('50')
  await expect(till.page.getByTestId('change')).toHaveText(`€${((5000 - price) / 100).toFixed(2)}`)
  const first = await till.complete()

  await till.add(name)
  await till.pay('Card')
  await till.page.getByLabel('Reference').fill('slip 4711')
  const second = await till.complete()

  await till.add(name)
  await till.pay('Split')
  await till.page.getByRole('textbox', { name: 'Next part' }).fill('1')
  await till.page.getByRole('button', { name: 'By card' }).click()
  await till.page.getByRole('button', { name: 'In cash' }).click()
  const third = await till.complete()

  expect(first).toBe('B01-T3-000001')
  expect([second, third].map(numberOf)).toEqual([2, 3])

  await till.isSent()
  const sales = await shop.rows('sales', 'search=B01-T3&sort=receipt_number')
  expect(sales.map((sale) => [sale.receipt_number, sale.total, sale.paid])).toEqual(
    [first, second, third].map((number) => [number, price, price]),
  )
  const paid = async (sale: unknown) =>
    (await shop.rows('transactions', `sale_id=${sale}`))
      .map(({ method, amount, tendered, change, reference }) => ({
        method,
        amount,
        tendered,
        change,
        reference,
      }))
      .toSorted((a, b) => String(a.method).localeCompare(String(b.method)))
  const none = { tendered: null, change: null, reference: null }
  expect(await paid(sales[0]?.id)).toEqual([
    { method: 'cash', amount: price, tendered: 5000, change: 5000 - price, reference: null },
  ])
  expect(await paid(sales[1]?.id)).toEqual([
    { method: 'card', amount: price, ...none, reference: 'slip 4711' },
  ])
  expect(await paid(sales[2]?.id)).toEqual(
    [
      { method: 'card', amount: 100, ...none },
      { method: 'cash', amount: price - 100, tendered: price - 100, change: 0, reference: null },
    ].toSorted((a, b) => a.method.localeCompare(b.method)),
  )
})

test('a sale needs no mouse', async ({ visit }) => {
  const till = await Till.open(visit)
  const { keyboard } = till.page

  await keyboard.type('butter', { delay: 60 })
  await expect(till.search).toHaveValue('butter')
  await keyboard.press('Enter')
  await expect(till.lines).toHaveCount(1)
  await keyboard.press('+')
  await expect(till.lines.getByRole('button', { name: /^2 of / })).toBeVisible()
  await keyboard.press('F9')
  await expect(till.page.getByRole('textbox', { name: 'Handed over' })).toBeFocused()
  await keyboard.press('F7')
  await expect(till.page.getByLabel('Reference')).toBeVisible()
  await keyboard.press('F6')
  await keyboard.type('20')
  await keyboard.press('Enter')
  await expect(till.receiptNumber).toHaveText('B01-T3-000001')
  await keyboard.press('Enter')
  await expect(till.lines).toHaveCount(0)
  await expect(till.search).toBeFocused()
  await keyboard.press('?')
  await expect(till.page.getByRole('dialog', { name: 'Keys' })).toBeVisible()
  await keyboard.press('Escape')
  await expect(till.page.getByRole('dialog')).toHaveCount(0)
})
