import type { ReceiptNumber, Row, Value } from '@branchline/client'

export interface ReceiptLine {
  readonly name: string
  readonly quantity: number
  readonly unitPrice: number
  readonly discount: number
  readonly total: number
}

export interface ReceiptPayment {
  readonly method: string
  readonly amount: number
  readonly tendered: number | null
  readonly change: number
}

/** What is printed: nothing on paper that is not in the books. */
export interface Receipt {
  readonly number: string
  readonly soldAt: string
  readonly cashier: string
  readonly lines: readonly ReceiptLine[]
  readonly payments: readonly ReceiptPayment[]
  readonly subtotal: number
  readonly discount: number
  readonly tax: number
  readonly total: number
  readonly change: number
}

type Fields = Readonly<Record<string, Value | ReceiptNumber | undefined>>

interface Written {
  readonly table: string
  readonly fields?: Fields
}

/** From the writes of a sale just made, or from its rows (then `table` comes with them). */
export function receiptOf(written: readonly Written[]): Receipt {
  const of = (table: string) =>
    written.filter((write) => write.table === table).map((write) => write.fields ?? {})
  const sale = of('sales')[0] ?? {}
  const payments = of('transactions').map(paymentOf)
  return {
    number: String(sale.receipt_number ?? ''),
    soldAt: String(sale.sold_at ?? ''),
    cashier: String(sale.cashier_name ?? ''),
    lines: of('sale_lines')
      .toSorted((a, b) => number(a.position) - number(b.position))
      .map(lineOf),
    payments,
    subtotal: number(sale.subtotal),
    discount: number(sale.discount),
    tax: number(sale.tax),
    total: number(sale.total),
    change: payments.reduce((sum, payment) => sum + payment.change, 0),
  }
}

export function receiptOfRows(sale: Row, lines: readonly Row[], payments: readonly Row[]): Receipt {
  return receiptOf([
    { table: 'sales', fields: sale },
    ...lines.map((fields) => ({ table: 'sale_lines', fields })),
    ...payments.map((fields) => ({ table: 'transactions', fields })),
  ])
}

function lineOf(line: Fields): ReceiptLine {
  return {
    name: String(line.name ?? ''),
    quantity: number(line.quantity),
    unitPrice: number(line.unit_price),
    discount: number(line.discount),
    total: number(line.total),
  }
}

function paymentOf(payment: Fields): ReceiptPayment {
  const tendered = payment.tendered == null ? null : number(payment.tendered)
  return {
    method: String(payment.method ?? ''),
    amount: number(payment.amount),
    tendered,
    change: number(payment.change),
  }
}

function number(value: Value | ReceiptNumber | undefined): number {
  return typeof value === 'number' ? value : 0
}
