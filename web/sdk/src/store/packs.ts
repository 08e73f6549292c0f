import type { SnapshotPart } from '../protocol/messages.ts'
import type { Fields, JsonValue } from '../protocol/values.ts'
import type { StoredRow } from './databases.ts'

/** A snapshot's chunk to be stored as it came. */
export interface Chunk {
  readonly scope: string
  /** Of the snapshot: every chunk of it has the same. */
  readonly cursor: string
  readonly seq: number
  readonly mine: { readonly device: string; readonly n: number }
  readonly parts: readonly SnapshotPart[]
}

/**
 * Thousands of rows as one text: the browser writes and reads that many times faster than as many records. `rows` holds what has
 * changed since, by row, and is believed first.
 */
export interface StoredPack {
  /** Given by IndexedDB. Of two packs with the same row at the same number the later one is right. */
  readonly order: number
  /** The snapshot a chunk belongs to; null for rows of any scope that were put together later. */
  readonly snapshot: { readonly scope: string; readonly cursor: string } | null
  readonly text: string
}

export type NewPack = Omit<StoredPack, 'order'>

export function packChunk({ scope, cursor, seq, mine, parts }: Chunk): NewPack {
  return { snapshot: { scope, cursor }, text: JSON.stringify({ seq, mine, parts }) }
}

export function packRows(rows: readonly StoredRow[]): NewPack {
  return { snapshot: null, text: JSON.stringify(rows) }
}

export function unpack({ snapshot, text }: NewPack): readonly StoredRow[] {
  if (snapshot === null) return JSON.parse(text) as readonly StoredRow[]
  const chunk = JSON.parse(text) as Pick<Chunk, 'seq' | 'mine' | 'parts'>
  return rowsOfChunk({ ...snapshot, ...chunk })
}

/** The pack without the rows that are not kept; null when it keeps them all. */
export function thinned(pack: StoredPack, isKept: (row: StoredRow) => boolean): StoredPack | null {
  const rows = unpack(pack)
  const kept = rows.filter(isKept)
  if (kept.length === rows.length) return null
  if (pack.snapshot === null) return { ...pack, ...packRows(kept) }
  const names = new Set(kept.map(({ table, id }) => `${table}/${id}`))
  const chunk = JSON.parse(pack.text) as Pick<Chunk, 'seq' | 'mine' | 'parts'>
  const parts = chunk.parts.map((part) => ({
    ...part,
    rows: part.rows.filter(([id]) => names.has(`${part.table}/${String(id)}`)),
  }))
  return { ...pack, text: JSON.stringify({ ...chunk, parts }) }
}

export function rowsOfChunk({ scope, seq, mine, parts }: Chunk): StoredRow[] {
  const all: StoredRow[] = []
  for (const { table, columns, rows } of parts) {
    for (const values of rows) {
      all.push({ table, id: String(values[0]), scope, seq, mine, fields: fieldsOf(columns, values) })
    }
  }
  return all
}

function fieldsOf(columns: readonly string[], values: readonly JsonValue[]): Fields {
  const fields: Record<string, JsonValue> = {}
  for (let i = 1; i < columns.length; i++) {
    const name = columns[i]
    const value = values[i]
    if (name !== undefined && value !== undefined) fields[name] = value
  }
  return fields
}
