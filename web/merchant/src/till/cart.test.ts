import { describe, expect, it } from 'vitest'
import { type Cart, type CartAction, emptyCart, type Good, reduceCart } from './cart.ts'
import { lineTotal, totals } from './totals.ts'

const rice: Good = {
  productId: 'rice',
  name: 'Rice',
  sku: 'R1',
  unitPrice: 1250,
  taxRate: 20,
  cost: 800,
  tracked: true,
}
const soap: Good = {
  productId: 'soap',
  name: 'Soap',
  sku: null,
  unitPrice: 333,
  taxRate: 0,
  cost: null,
  tracked: true,
}

function cartOf(...actions: CartAction[]): Cart {
  return actions.reduce(reduceCart, emptyCart)
}

describe('the cart', () => {
  it('counts up the line when a product is added again', () => {
    const cart = cartOf({ kind: 'add', good: rice }, { kind: 'add', good: soap }, { kind: 'add', good: rice })
    expect(cart.lines.map((line) => [line.productId, line.quantity])).toEqual([
      ['rice', 2],
      ['soap', 1],
    ])
    expect(cart.selected).toBe('rice')
  })

  it('drops a line whose quantity falls to nothing, and selects its neighbour', () => {
    const cart = cartOf(
      { kind: 'add', good: rice },
      { kind: 'add', good: soap },
      { kind: 'change_quantity', productId: 'soap', by: -1 },
    )
    expect(cart.lines).toHaveLength(1)
    expect(cart.selected).toBe('rice')
  })

  it('keeps the price at which a product was put in', () => {
    const dearer = { ...rice, unitPrice: 9999 }
    expect(cartOf({ kind: 'add', good: rice }, { kind: 'add', good: dearer }).lines[0]?.unitPrice).toBe(1250)
  })

  it('forgets the discount of a cart that was emptied', () => {
    const cart = cartOf(
      { kind: 'add', good: rice },
      { kind: 'discount_cart', discount: { kind: 'percent', value: 50 } },
      { kind: 'remove', productId: 'rice' },
    )
    expect(cart).toEqual(emptyCart)
  })

  it('moves the selection without leaving the list', () => {
    const cart = cartOf({ kind: 'add', good: rice }, { kind: 'add', good: soap })
    expect(reduceCart(cart, { kind: 'select_next', by: 1 }).selected).toBe('soap')
    expect(reduceCart(cart, { kind: 'select_next', by: -1 }).selected).toBe('rice')
  })
})

describe('the totals', () => {
  it('add the lines and take the tax out of prices that include it', () => {
    const cart = cartOf({ kind: 'add', good: rice, quantity: 2 }, { kind: 'add', good: soap, quantity: 3 })
    expect(totals(cart)).toEqual({ subtotal: 3499, discount: 0, tax: 417, total: 3499, pieces: 5 })
  })

  it('take a percentage off a line and an amount off the cart', () => {
    const cart = cartOf(
      { kind: 'add', good: rice, quantity: 2 },
      { kind: 'discount_line', productId: 'rice', discount: { kind: 'percent', value: 10 } },
      { kind: 'discount_cart', discount: { kind: 'amount', value: 250 } },
    )
    expect(totals(cart)).toEqual({ subtotal: 2250, discount: 250, tax: 333, total: 2000, pieces: 2 })
  })

  it('never take off more than there is', () => {
    const cart = cartOf(
      { kind: 'add', good: soap },
      { kind: 'discount_cart', discount: { kind: 'amount', value: 10_000 } },
    )
    expect(totals(cart).total).toBe(0)
  })

  it('always are subtotal less discount, and the subtotal the sum of the lines', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const good = { ...rice, unitPrice: (seed * 7919) % 5000 }
      const cart = cartOf(
        { kind: 'add', good, quantity: 1 + (seed % 9) },
        { kind: 'add', good: soap, quantity: seed % 4 || 1 },
        { kind: 'discount_line', productId: 'rice', discount: { kind: 'percent', value: seed % 101 } },
        { kind: 'discount_cart', discount: { kind: 'percent', value: (seed * 3) % 101 } },
      )
      const { subtotal, discount, total, tax } = totals(cart)
      expect(total).toBe(subtotal - discount)
      expect(subtotal).toBe(cart.lines.reduce((sum, line) => sum + lineTotal(line), 0))
      expect([subtotal, discount, total, tax].every(Number.isInteger)).toBe(true)
      expect(tax).toBeLessThanOrEqual(Math.max(total, 0))
    }
  })
})

it('gets the id of its sale with the first good, and another when it was empty in between', () => {
  const first = reduceCart(emptyCart, { kind: 'add', good: rice, saleId: 'one' })
  const more = reduceCart(first, { kind: 'add', good: soap, saleId: 'two' })
  expect(more.saleId).toBe('one')
  const emptied = reduceCart(first, { kind: 'remove', productId: rice.productId })
  expect(reduceCart(emptied, { kind: 'add', good: soap, saleId: 'three' }).saleId).toBe('three')
})
