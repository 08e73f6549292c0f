import type { Row } from '@branchline/client'

/** What somebody has looked at on this device, as times of the node's: what came later is new. */
export interface Looked {
  /** When the newest order came that was on the board. */
  readonly orders: string
  /** When the newest comment came that was there when this device began to count. */
  readonly since: string
  /** When the newest comment came that was read, by order. */
  readonly comments: Readonly<Record<string, string>>
}

const finished = new Set<unknown>(['released', 'cancelled'])
/** So many orders' comments are remembered as read; the oldest of them are finished long since. */
const mostRead = 200

/** The orders that came since the board was looked at, made by somebody else, and not done yet. */
export function newOrders(orders: readonly Row[], looked: Looked, userId: string): readonly Row[] {
  return orders.filter(
    (order) => cameAfter(order, looked.orders) && order.cashier_id !== userId && !finished.has(order.status),
  )
}

/** How many comments of others nobody has read on this device, by order. */
export function unreadComments(
  comments: readonly Row[],
  looked: Looked,
  userId: string,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const comment of comments) {
    const order = String(comment.subject_id)
    if (comment.author_id === userId || !cameAfter(comment, looked.comments[order] ?? looked.since)) continue
    counts.set(order, (counts.get(order) ?? 0) + 1)
  }
  return counts
}

/** When the newest of these came; what only this device has has not come anywhere. */
export function newest(rows: readonly Row[]): string {
  return rows.reduce((latest, row) => (cameAfter(row, latest) ? String(row.created_at) : latest), '')
}

/** Nobody has looked yet: all that is there counts as seen. */
export function fresh(orders: readonly Row[], comments: readonly Row[]): Looked {
  return { orders: newest(orders), since: newest(comments), comments: {} }
}

/** The board was looked at with these orders on it. */
export function sawOrders(looked: Looked, orders: readonly Row[]): Looked {
  const at = newest(orders)
  return at > looked.orders ? { ...looked, orders: at } : looked
}

/** An order was open with these comments on it. */
export function readComments(looked: Looked, order: string, comments: readonly Row[]): Looked {
  const at = newest(comments)
  if (at <= (looked.comments[order] ?? looked.since)) return looked
  const { [order]: _, ...others } = looked.comments
  return {
    ...looked,
    comments: Object.fromEntries([...Object.entries(others), [order, at]].slice(-mostRead)),
  }
}

function cameAfter(row: Row, at: string): boolean {
  return typeof row.created_at === 'string' && row.created_at > at
}
