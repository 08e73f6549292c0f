import type { Value, WriteDraft } from '@branchline/client'
import type { Cart } from './cart.ts'
import { changeOf, type Payment } from './payment.ts'
import { lineDiscount, lineTotal, totals } from './totals.ts'

/** Who sells, where, on what. */
export interface Counter {
  readonly branchId: string
  readonly tillId: string
  /** `B01-T2`: the first two parts of every receipt number of this device. */
  readonly series: string
  readonly cashierId: string
  readonly cashierName: string
  /** The open drawer, when there is one. */
  readonly cashSessionId: string | null
}

/**
 * One sale as one mutation: the sale, its lines, its payments and the goods that left.
 * The receipt number is allotted in the same local transaction that saves it.
 */
export function saleWrites(
  cart: Cart,
  payments: readonly Payment[],
  counter: Counter,
  newId: () => string,
  now: Date,
): WriteDraft[] {
  const saleId = cart.saleId ?? newId()
  const at = now.toISOString()
  const sum = totals(cart)
  const common = { branch_id: counter.branchId, sale_id: saleId }
  const insert = (table: string, id: string, fields: NonNullable<WriteDraft['fields']>): WriteDraft => ({
    table,
    id,
    kind: 'insert',
    fields,
  })

  const sale = insert('sales', saleId, {
    receipt_number: { $receipt: counter.series },
    branch_id: counter.branchId,
    till_id: counter.tillId,
    cash_session_id: counter.cashSessionId,
    cashier_id: counter.cashierId,
    cashier_name: counter.cashierName,
    sold_at: at,
    subtotal: sum.subtotal,
    discount: sum.discount,
    tax: sum.tax,
    total: sum.total,
    status: 'paid',
  })
  const lines = cart.lines.map((line, position) =>
    insert('sale_lines', newId(), {
      ...common,
      product_id: line.productId,
      name: line.name,
      sku: line.sku,
      quantity: line.quantity,
      unit_price: line.unitPrice,
      discount: lineDiscount(line),
      tax_rate: line.taxRate,
      total: lineTotal(line),
      cost: line.cost,
      position,
    }),
  )
  const money = payments.map((payment) =>
    insert('transactions', newId(), { ...common, ...paymentFields(payment, counter), at }),
  )
  const goods = cart.lines
    .filter((line) => line.tracked)
    .map((line) =>
      insert('inventory_adjustments', newId(), {
        ...common,
        product_id: line.productId,
        kind: 'sale',
        quantity: -line.quantity,
        at,
        user_id: counter.cashierId,
      }),
    )
  return [sale, ...lines, ...money, ...goods]
}

function paymentFields(payment: Payment, counter: Counter): Record<string, Value> {
  const cash = payment.method === 'cash'
  return {
    kind: 'payment',
    method: payment.method,
    amount: payment.amount,
    till_id: counter.tillId,
    user_id: counter.cashierId,
    ...(cash ? { tendered: payment.tendered ?? payment.amount, change: changeOf([payment]) } : {}),
    ...(cash && counter.cashSessionId ? { cash_session_id: counter.cashSessionId } : {}),
    ...(payment.reference ? { reference: payment.reference } : {}),
  }
}
