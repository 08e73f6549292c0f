import { seqOf } from '../protocol/cursor.ts'
import type { Change, Page, SnapshotChunk } from '../protocol/messages.ts'
import type { Fields } from '../protocol/values.ts'
import type { StoredRow } from '../store/databases.ts'
import { packChunk, rowsOfChunk, unpack } from '../store/packs.ts'
import type { RowKey, RowsChange } from '../store/replica-store.ts'
import type { BaseRows } from './base-rows.ts'

type ChangesPage = Extract<Page, { kind: 'changes' }>

/** What a page makes of the rows: only its changes after `cursor`, and only those newer than the row they touch. */
export function readPage(base: BaseRows, page: ChangesPage, cursor: string, device: string): RowsChange {
  const readTo = seqOf(cursor)
  const touched = new Map<string, { key: RowKey; row: StoredRow | undefined }>()
  for (const change of page.changes) {
    if (change.seq <= readTo) continue
    const name = `${change.table}/${change.id}`
    const known = touched.get(name)
    const row = known === undefined ? base.get(change.table, change.id) : known.row
    const next = rowAfter(row, change, page.scope, device)
    if (next !== row) touched.set(name, { key: [change.table, change.id], row: next })
  }

  const puts: StoredRow[] = []
  const removed: RowKey[] = []
  for (const { key, row } of touched.values()) {
    if (row === undefined) removed.push(key)
    else puts.push(row)
  }
  return { puts, removed }
}

/**
 * The row after one change. A row is in one scope at a time and each scope's feed comes by itself, so what another scope
 * says of it counts only when it is newer.
 */
function rowAfter(
  row: StoredRow | undefined,
  change: Change,
  scope: string,
  device: string,
): StoredRow | undefined {
  if (row !== undefined && row.seq >= change.seq) return row
  const isElsewhere = row !== undefined && row.scope !== null && row.scope !== scope
  switch (change.kind) {
    case 'leave':
    case 'delete':
      return isElsewhere ? row : undefined
    case 'set':
      return isElsewhere || (row === undefined && !isWhole(change))
        ? row
        : written(row, { ...row?.fields, ...change.fields }, change, scope, device)
    case 'enter':
      return written(row, change.fields, change, scope, device)
  }
}

/** A patch of a row that is not there is of one that is gone already: it was when the snapshot was read, and this comes from before. */
function isWhole(change: Change): boolean {
  return 'created_at' in change.fields
}

function written(
  row: StoredRow | undefined,
  fields: Fields,
  change: Change,
  scope: string,
  device: string,
): StoredRow {
  const mine = change.device === device ? { device, n: change.n } : row?.mine
  return { table: change.table, id: change.id, scope, seq: change.seq, ...(mine && { mine }), fields }
}

/** What a snapshot chunk makes of the rows. `mine`: this device's own mutations up to it are in the snapshot. */
export function readChunk(
  base: BaseRows,
  chunk: SnapshotChunk,
  mine: { readonly device: string; readonly n: number },
): RowsChange {
  const { scope, cursor, parts } = chunk
  const packed = { scope, cursor, seq: seqOf(cursor), mine, parts }
  return { puts: newer(base, rowsOfChunk(packed)), removed: [], pack: packChunk(packed) }
}

/** What another tab wrote, with its rows: those of a pack travel as the pack. */
export function readNews(base: BaseRows, change: RowsChange): RowsChange {
  return change.pack === undefined ? change : { ...change, puts: newer(base, unpack(change.pack)) }
}

function newer(base: BaseRows, rows: readonly StoredRow[]): readonly StoredRow[] {
  return rows.filter((row) => (base.get(row.table, row.id)?.seq ?? -1) <= row.seq)
}
