import type { Row, WriteDraft } from '@branchline/client'

export interface DraftLine {
  readonly productId: string
  readonly name: string
  readonly quantity: number
  readonly unitPrice: number
}

export interface OrderDraft {
  readonly clientName: string
  readonly clientPhone: string
  readonly note: string
  readonly lines: readonly DraftLine[]
}

export interface Taker {
  readonly branchId: string
  readonly userId: string
  readonly userName: string
  /** The order numbers of this device run by themselves, so that two devices never give the same one. */
  readonly series: string
}

export function draftTotal(lines: readonly DraftLine[]): number {
  return lines.reduce((sum, line) => sum + line.quantity * line.unitPrice, 0)
}

export function orderWrites(draft: OrderDraft, taker: Taker, newId: () => string): WriteDraft[] {
  const orderId = newId()
  const order: WriteDraft = {
    table: 'orders',
    id: orderId,
    kind: 'insert',
    fields: {
      number: { $receipt: taker.series },
      branch_id: taker.branchId,
      client_name: draft.clientName.trim() || null,
      client_phone: draft.clientPhone.trim() || null,
      note: draft.note.trim() || null,
      total: draftTotal(draft.lines),
      cashier_id: taker.userId,
      cashier_name: taker.userName,
      status: 'draft',
    },
  }
  const lines = draft.lines.map(
    (line, position): WriteDraft => ({
      table: 'order_lines',
      id: newId(),
      kind: 'insert',
      fields: {
        order_id: orderId,
        branch_id: taker.branchId,
        product_id: line.productId,
        name: line.name,
        quantity: line.quantity,
        unit_price: line.unitPrice,
        total: line.quantity * line.unitPrice,
        position,
      },
    }),
  )
  return [order, ...lines]
}

/** A move, with who handed over and when where that is asked. */
export function moveWrites(
  row: Row,
  to: string,
  userName: string,
  now: Date,
  table = 'orders',
): WriteDraft[] {
  const released = to === 'released' ? { released_at: now.toISOString(), released_by: userName } : {}
  return [{ table, id: row.id, kind: 'update', fields: { status: to, ...released } }]
}

/** A release: the move, and with it the goods that leave the shelf. Only counted products do. */
export function releaseWrites(order: Row, lines: readonly Row[], release: Release): WriteDraft[] {
  const gone = lines.filter((line) => line.product_id && release.isCounted(String(line.product_id)))
  const movements = gone.map((line): WriteDraft => {
    const fields = {
      product_id: line.product_id ?? null,
      branch_id: order.branch_id ?? null,
      kind: 'out',
      quantity: -Number(line.quantity),
      reason: release.reason,
      order_id: order.id,
      user_id: release.userId,
      at: release.now.toISOString(),
    }
    return { table: 'inventory_adjustments', id: release.newId(), kind: 'insert', fields }
  })
  return [...moveWrites(order, 'released', release.userName, release.now), ...movements]
}

export interface Release {
  readonly userId: string
  readonly userName: string
  readonly reason: string
  readonly now: Date
  readonly newId: () => string
  readonly isCounted: (productId: string) => boolean
}

/** The money and the move in one: an order is never paid without its payment. */
export function paymentWrites(
  order: Row,
  method: 'cash' | 'card',
  userId: string,
  newId: () => string,
  now: Date,
): WriteDraft[] {
  const amount = Number(order.total ?? 0) - Number(order.paid ?? 0)
  const payment: WriteDraft = {
    table: 'transactions',
    id: newId(),
    kind: 'insert',
    fields: {
      branch_id: order.branch_id ?? null,
      kind: 'payment',
      method,
      amount,
      order_id: order.id,
      user_id: userId,
      at: now.toISOString(),
    },
  }
  const paid: WriteDraft = { table: 'orders', id: order.id, kind: 'update', fields: { status: 'paid' } }
  return amount === 0 ? [paid] : [payment, paid]
}

export function linesByOrder(lines: readonly Row[]): ReadonlyMap<string, readonly Row[]> {
  const byOrder = new Map<string, Row[]>()
  for (const line of lines.toSorted((a, b) => Number(a.position ?? 0) - Number(b.position ?? 0))) {
    const order = String(line.order_id)
    const known = byOrder.get(order)
    if (known) known.push(line)
    else byOrder.set(order, [line])
  }
  return byOrder
}
