import { expect, it } from 'vitest'
import { emptyCart, reduceCart } from './cart.ts'
import { pay } from './payment.ts'
import { receiptOf } from './receipt.ts'
import { saleWrites } from './sale.ts'

const counter = {
  branchId: 'b',
  tillId: 't',
  series: 'B01-T2',
  cashierId: 'u',
  cashierName: 'Ana',
  cashSessionId: null,
}
const tea = {
  productId: 'tea',
  name: 'Tea',
  sku: null,
  unitPrice: 450,
  taxRate: 10,
  cost: null,
  tracked: true,
}
const cup = {
  productId: 'cup',
  name: 'Cup',
  sku: null,
  unitPrice: 1000,
  taxRate: 10,
  cost: null,
  tracked: true,
}

it('shows the sale as it was written: lines in order, tax, what was handed over and given back', () => {
  const cart = [
    { kind: 'add', good: tea, quantity: 2 } as const,
    { kind: 'add', good: cup } as const,
    { kind: 'discount_line', productId: 'cup', discount: { kind: 'percent', value: 10 } } as const,
  ].reduce(reduceCart, emptyCart)
  let next = 0
  const writes = saleWrites(
    cart,
    [pay('cash', 1800, 2000)],
    counter,
    () => `id-${next++}`,
    new Date('2026-11-21T08:00:00Z'),
  )
  const saved = writes.map((write) =>
    write.table === 'sales'
      ? { ...write, fields: { ...write.fields, receipt_number: 'B01-T2-000417' } }
      : write,
  )

  expect(receiptOf(saved.toReversed())).toEqual({
    number: 'B01-T2-000417',
    soldAt: '2026-11-21T08:00:00.000Z',
    cashier: 'Ana',
    lines: [
      { name: 'Tea', quantity: 2, unitPrice: 450, discount: 0, total: 900 },
      { name: 'Cup', quantity: 1, unitPrice: 1000, discount: 100, total: 900 },
    ],
    payments: [{ method: 'cash', amount: 1800, tendered: 2000, change: 200 }],
    subtotal: 1800,
    discount: 0,
    tax: 164,
    total: 1800,
    change: 200,
  })
})
