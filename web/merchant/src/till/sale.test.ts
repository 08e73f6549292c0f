import { expect, it } from 'vitest'
import { emptyCart, reduceCart } from './cart.ts'
import { pay } from './payment.ts'
import { type Counter, saleWrites } from './sale.ts'

const rice = {
  productId: 'rice',
  name: 'Rice',
  sku: 'R1',
  unitPrice: 1250,
  taxRate: 20,
  cost: 800,
  tracked: true,
}
const help = {
  productId: 'help',
  name: 'Delivery',
  sku: null,
  unitPrice: 500,
  taxRate: 0,
  cost: null,
  tracked: false,
}
const counter: Counter = {
  branchId: 'b1',
  tillId: 't2',
  series: 'B01-T2',
  cashierId: 'u1',
  cashierName: 'Ana',
  cashSessionId: 'c1',
}

function sell() {
  const cart = [
    { kind: 'add', good: rice, quantity: 2 } as const,
    { kind: 'add', good: help } as const,
    { kind: 'discount_cart', discount: { kind: 'amount', value: 100 } } as const,
  ].reduce(reduceCart, emptyCart)
  let next = 0
  const card = pay('card', 2900, 900, 'VISA')
  const cash = pay('cash', 2000, 5000)
  return saleWrites(cart, [card, cash], counter, () => `id-${next++}`, new Date('2026-11-21T08:00:00Z'))
}

it('writes a sale, its lines, its payments and the goods that left as one set', () => {
  expect(sell().map((write) => `${write.kind} ${write.table}`)).toEqual([
    'insert sales',
    'insert sale_lines',
    'insert sale_lines',
    'insert transactions',
    'insert transactions',
    'insert inventory_adjustments',
  ])
})

it('asks for the next receipt number of its till', () => {
  expect(sell()[0]?.fields?.receipt_number).toEqual({ $receipt: 'B01-T2' })
})

it('makes the books agree: lines less discount are the total, payments are the total', () => {
  const writes = sell()
  const of = (table: string) =>
    writes.filter((write) => write.table === table).map((write) => write.fields ?? {})
  const [sale] = of('sales')
  const lines = of('sale_lines').reduce((sum, line) => sum + Number(line.total), 0)
  const paid = of('transactions').reduce((sum, payment) => sum + Number(payment.amount), 0)
  expect(sale).toMatchObject({ subtotal: lines, discount: 100, total: lines - 100 })
  expect(paid).toBe(sale?.total)
})

it('books cash into the drawer with what was handed over and given back, and a card without', () => {
  const [card, cash] = sell().filter((write) => write.table === 'transactions')
  expect(cash?.fields).toMatchObject({
    method: 'cash',
    amount: 2000,
    tendered: 5000,
    change: 3000,
    cash_session_id: 'c1',
  })
  expect(card?.fields).toMatchObject({ method: 'card', amount: 900, reference: 'VISA' })
  expect(card?.fields).not.toHaveProperty('cash_session_id')
})

it('takes only counted goods off the shelf', () => {
  const goods = sell().filter((write) => write.table === 'inventory_adjustments')
  expect(goods.map((write) => write.fields)).toMatchObject([
    { product_id: 'rice', kind: 'sale', quantity: -2 },
  ])
})
