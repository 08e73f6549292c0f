import type { Row, WriteDraft } from '@branchline/client'
import type { Counter } from './sale.ts'

/** What a drawer should hold: what lay in it at the start, and the cash that came and went. */
export function expectedIn(drawer: Row): number {
  return Number(drawer.opening_float ?? 0) + Number(drawer.cash ?? 0)
}

export function openingWrite(
  float: number,
  counter: Omit<Counter, 'series' | 'cashSessionId'>,
  id: string,
  now: Date,
): WriteDraft {
  return {
    table: 'cash_sessions',
    id,
    kind: 'insert',
    fields: {
      branch_id: counter.branchId,
      till_id: counter.tillId,
      cashier_id: counter.cashierId,
      cashier_name: counter.cashierName,
      opened_at: now.toISOString(),
      opening_float: float,
      status: 'open',
    },
  }
}

export function closingWrite(drawer: Row, counted: number, now: Date): WriteDraft {
  return {
    table: 'cash_sessions',
    id: drawer.id,
    kind: 'update',
    fields: { status: 'closed', counted, closed_at: now.toISOString() },
  }
}
