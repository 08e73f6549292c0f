import type { Row } from '@branchline/client'
import { dayOf } from '../format/time.ts'
import type { Column } from './Board.tsx'

const finished = new Set(['released', 'cancelled'])

/** Rows by state, oldest first as people queue; what is finished only of today, newest first. */
export function columnsOf(
  rows: readonly Row[],
  states: readonly string[],
  search: string,
  today: string,
  empty: (state: string) => string,
): Column[] {
  const terms = search.toLowerCase().split(/\s+/).filter(Boolean)
  const found =
    terms.length === 0 ? rows : rows.filter((row) => terms.every((term) => textOf(row).includes(term)))
  return states.map((state) => {
    const own = found.filter((row) => row.status === state).sort((a, b) => (a.id < b.id ? -1 : 1))
    const shown = finished.has(state) ? own.filter((row) => isOf(row, today)).toReversed() : own
    return { state, rows: shown, empty: empty(state) }
  })
}

function isOf(row: Row, today: string): boolean {
  const at = row.released_at ?? row.updated_at
  return row.$pending || at == null || dayOf(String(at)) >= today
}

function textOf(row: Row): string {
  return `${row.number ?? ''} ${row.client_name ?? ''} ${row.client_phone ?? ''}`.toLowerCase()
}
