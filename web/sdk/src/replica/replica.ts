import type { Query, Row, Unsubscribe } from '../api.ts'
import { getOrAdd } from '../get-or-add.ts'
import { Listeners } from '../listeners.ts'
import type { CompiledSchema } from '../protocol/schema.ts'
import { tableOf } from '../protocol/schema.ts'
import type { Fields, Value } from '../protocol/values.ts'
import type { OutboxEntry, StoredRow } from '../store/databases.ts'
import type { RowKey, RowsChange } from '../store/replica-store.ts'
import { BaseRows } from './base-rows.ts'
import { Joins } from './joins.ts'
import { Overlay } from './overlay.ts'
import { PendingSums } from './pending-sums.ts'
import { TableRows } from './table-rows.ts'

const none: readonly Row[] = Object.freeze([])

type Flags = Pick<Row, '$pending' | '$fromCache'>

/**
 * The device's rows in memory: what the node confirmed, and the outbox laid on top. Read synchronously; changed only by
 * pages and snapshots (base) and by the outbox (overlay). A table's rows are laid out when it is first asked for.
 */
export class Replica {
  readonly base = new BaseRows()
  /** Told when `isConfirmed` changed. */
  readonly confirmedChanged = new Listeners()
  readonly #overlay = new Overlay()
  readonly #sums = new PendingSums()
  readonly #tables = new Map<string, TableRows>()
  readonly #listeners = new Map<string, Set<() => void>>()
  readonly #joins = new Joins({
    table: (name) => this.#laidOut(name),
    declaration: (name) => (this.#schema === null ? undefined : tableOf(this.#schema, name)),
  })
  readonly #settled: Flags
  readonly #pending: Flags
  #schema: CompiledSchema | null = null
  #isConfirmed = false

  constructor() {
    const isConfirmed = () => this.#isConfirmed
    const flags = (pending: boolean): Flags => ({
      $pending: pending,
      get $fromCache() {
        return !isConfirmed()
      },
    })
    this.#settled = flags(false)
    this.#pending = flags(true)
  }

  get schema(): CompiledSchema | null {
    return this.#schema
  }

  /** True once everything the person may see has been read from the node since the start. */
  get isConfirmed(): boolean {
    return this.#isConfirmed
  }

  rows(table: string, query?: Query): readonly Row[] {
    if (this.#schema === null) return none
    return query?.with === undefined ? this.#laidOut(table).query(query) : this.#joins.rows(table, query)
  }

  row(table: string, id: string): Row | undefined {
    return this.#schema === null ? undefined : this.#laidOut(table).get(id)
  }

  watch(table: string, listener: () => void): Unsubscribe {
    const listeners = getOrAdd(this.#listeners, table, () => new Set())
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  /** Starts over with another user's rows, or with rows another tab has written. */
  load(rows: readonly StoredRow[], entries: readonly OutboxEntry[]): void {
    this.base.clear()
    this.base.apply({ puts: rows, removed: [] })
    this.#overlay.replace(entries)
    this.#layOutAnew()
  }

  setSchema(schema: CompiledSchema): void {
    this.#schema = schema
    this.base.setSchema(schema)
    this.#sums.setSchema(schema)
    this.#layOutAnew()
  }

  setConfirmed(isConfirmed: boolean): void {
    if (this.#isConfirmed === isConfirmed) return
    this.#isConfirmed = isConfirmed
    this.confirmedChanged.tell()
    this.#tell([...this.#listeners.keys()])
  }

  applyBase(change: RowsChange): void {
    this.base.apply(change)
    this.#refresh([...change.puts.map((row): RowKey => [row.table, row.id]), ...change.removed])
  }

  addPending(entry: OutboxEntry): void {
    if (this.#overlay.has(entry.order)) return
    this.#overlay.add(entry)
    this.#sums.add(entry)
    this.#refresh(this.#rowsTouchedBy([entry]))
  }

  setPending(entries: readonly OutboxEntry[]): void {
    const changed = this.#overlay.replace(entries)
    this.#indexSums()
    this.#refresh(this.#rowsTouchedBy(changed))
  }

  hasPending(table: string, id: string): boolean {
    return this.#overlay.hasWrites(table, id)
  }

  #layOutAnew(): void {
    this.#indexSums()
    this.#tables.clear()
    this.#joins.clear()
    this.#tell([...this.#listeners.keys()])
  }

  #indexSums(): void {
    this.#sums.clear()
    for (const entry of this.#overlay.entries()) this.#sums.add(entry)
  }

  #laidOut(name: string): TableRows {
    const known = this.#tables.get(name)
    if (known !== undefined) return known
    const table = new TableRows(this.#schema === null ? undefined : tableOf(this.#schema, name))
    this.#tables.set(name, table)
    for (const id of this.base.ids(name)) this.#put(table, name, id)
    for (const id of this.#overlay.ids(name)) this.#put(table, name, id)
    return table
  }

  #put(table: TableRows, name: string, id: string): boolean {
    const row = sameOr(table.get(id), this.#compute(name, id))
    return table.set(id, row, (one) => this.#sums.keysOf(name, id, one))
  }

  #compute(table: string, id: string): Row | undefined {
    const base = this.base.get(table, id)
    const fields = this.#overlay.fieldsOf(table, id, base, this.#schema)
    if (fields === undefined) return undefined
    const summed = this.#sums.applyTo(table, id, base, fields)
    const isPending = summed !== fields || this.#overlay.isPending(table, id, base)
    return makeRow(isPending ? this.#pending : this.#settled, id, summed)
  }

  /** The rows these entries write, and the rows whose sums they add to. */
  #rowsTouchedBy(entries: readonly OutboxEntry[]): RowKey[] {
    const keys: RowKey[] = []
    for (const entry of entries) {
      for (const write of entry.mutation.writes) keys.push([write.table, write.id])
      for (const [name, key] of this.#sums.keysTouchedBy(entry)) {
        for (const id of this.#tables.get(name)?.idsBySum(key) ?? []) keys.push([name, id])
      }
    }
    return keys
  }

  /** Works the rows out again and tells who watches their tables. */
  #refresh(keys: readonly RowKey[]): void {
    const changed = new Set<string>()
    const seen = new Set<string>()
    for (const [name, id] of keys) {
      const key = `${name}/${id}`
      if (seen.has(key)) continue
      seen.add(key)
      const table = this.#tables.get(name)
      if (table === undefined || this.#put(table, name, id)) changed.add(name)
    }
    for (const name of [...changed]) for (const joining of this.#joins.joining(name)) changed.add(joining)
    this.#tell(changed)
  }

  #tell(tables: Iterable<string>): void {
    for (const table of tables) for (const listener of [...(this.#listeners.get(table) ?? [])]) listener()
  }
}

/** Flags sit on the prototype, so that `{...row}` copies fields only. Field by field: any other copy costs several times as much. */
function makeRow(flags: Flags, id: string, fields: Fields): Row {
  const row = Object.create(flags) as { id: string; [field: string]: Value }
  row.id = id
  for (const name in fields) row[name] = fields[name] ?? null
  return Object.freeze(row) as Row
}

/** The row already known when the worked-out one says the same: lists keep their identity. */
function sameOr(known: Row | undefined, row: Row | undefined): Row | undefined {
  if (known === undefined || row === undefined || known.$pending !== row.$pending) return row
  const names = Object.keys(row)
  if (names.length !== Object.keys(known).length) return row
  return names.every((name) => known[name] === row[name]) ? known : row
}
