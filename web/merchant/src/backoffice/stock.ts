import type { Row, WriteDraft } from '@branchline/client'

export type StockAction = 'in' | 'out' | 'adjust' | 'count'

/** What one movement does to the figure on the shelf. A count says what is there, the others what came and went. */
export function afterMovement(onHand: number, action: StockAction, quantity: number): number {
  switch (action) {
    case 'in':
      return onHand + quantity
    case 'out':
      return onHand - quantity
    case 'adjust':
      return onHand + quantity
    case 'count':
      return quantity
  }
}

/** Nothing in or out makes no sense; a count of nothing does. */
export function isMovement(action: StockAction, quantity: number | null): quantity is number {
  if (quantity === null || !Number.isInteger(quantity)) return false
  if (action === 'count') return quantity >= 0
  return action === 'adjust' ? quantity !== 0 : quantity > 0
}

export interface Movement {
  readonly action: StockAction
  readonly quantity: number
  readonly reason: string
}

/** One entry of the ledger; the sum on the shelf follows by itself. */
export function movementWrite(
  shelf: Row,
  { action, quantity, reason }: Movement,
  userId: string,
  id: string,
  now: Date,
): WriteDraft {
  return {
    table: 'inventory_adjustments',
    id,
    kind: 'insert',
    fields: {
      product_id: shelf.product_id ?? null,
      branch_id: shelf.branch_id ?? null,
      kind: action,
      quantity: action === 'out' ? -quantity : quantity,
      reason: reason.trim() || null,
      user_id: userId,
      at: now.toISOString(),
    },
  }
}
