import type { Cart, CartLine, Discount } from './cart.ts'

export interface Totals {
  /** The sum of the lines after their own discounts. */
  readonly subtotal: number
  readonly discount: number
  /** The part of the total that is tax; prices include it. */
  readonly tax: number
  readonly total: number
  readonly pieces: number
}

export function lineDiscount(line: CartLine): number {
  return discountOf(line.discount, line.quantity * line.unitPrice)
}

export function lineTotal(line: CartLine): number {
  return line.quantity * line.unitPrice - lineDiscount(line)
}

export function totals(cart: Cart): Totals {
  const subtotal = cart.lines.reduce((sum, line) => sum + lineTotal(line), 0)
  const discount = discountOf(cart.discount, subtotal)
  const pieces = cart.lines.reduce((sum, line) => sum + line.quantity, 0)
  return { subtotal, discount, tax: taxOf(cart, subtotal, discount), total: subtotal - discount, pieces }
}

/** Never more than the amount it is taken from, never less than nothing. */
function discountOf(discount: Discount | null, amount: number): number {
  if (!discount || amount <= 0) return 0
  const wanted = discount.kind === 'percent' ? Math.round((amount * discount.value) / 100) : discount.value
  return Math.max(0, Math.min(amount, wanted))
}

/** The cart's discount lowers every line alike, so the tax falls in the same measure. Rounded once per rate. */
function taxOf(cart: Cart, subtotal: number, discount: number): number {
  if (subtotal === 0) return 0
  const byRate = new Map<number, number>()
  for (const line of cart.lines) byRate.set(line.taxRate, (byRate.get(line.taxRate) ?? 0) + lineTotal(line))

  const kept = (subtotal - discount) / subtotal
  let tax = 0
  for (const [rate, amount] of byRate) tax += Math.round((amount * kept * rate) / (100 + rate))
  return tax
}
