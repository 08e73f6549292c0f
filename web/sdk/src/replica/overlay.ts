import { parseStamp } from '../clock.ts'
import type { RowWrite } from '../protocol/messages.ts'
import type { CompiledSchema, TableDeclaration } from '../protocol/schema.ts'
import type { Fields, Value } from '../protocol/values.ts'
import type { OutboxEntry, StoredRow } from '../store/databases.ts'

interface PendingWrite {
  readonly entry: OutboxEntry
  readonly write: RowWrite
}

/** This device's unanswered mutations, by the rows they write. */
export class Overlay {
  #entries = new Map<number, OutboxEntry>()
  readonly #writes = new Map<string, PendingWrite[]>()

  has(order: number): boolean {
    return this.#entries.has(order)
  }

  entries(): Iterable<OutboxEntry> {
    return this.#entries.values()
  }

  hasWrites(table: string, id: string): boolean {
    return this.#writes.has(`${table}/${id}`)
  }

  /** Ids of the table's rows with pending writes. */
  *ids(table: string): Iterable<string> {
    for (const pending of this.#writes.values()) {
      const write = pending[0]?.write
      if (write?.table === table) yield write.id
    }
  }

  /** Lays these entries on the rows instead of the former ones; answers those that came or went. */
  replace(entries: readonly OutboxEntry[]): readonly OutboxEntry[] {
    const next = new Map(entries.map((entry) => [entry.order, entry]))
    const changed = [
      ...[...this.#entries.values()].filter(
        (entry) => next.get(entry.order)?.mutation.n !== entry.mutation.n,
      ),
      ...entries.filter((entry) => this.#entries.get(entry.order)?.mutation.n !== entry.mutation.n),
    ]
    this.#entries = next
    this.#writes.clear()
    for (const entry of entries) this.#index(entry)
    return changed
  }

  add(entry: OutboxEntry): void {
    this.#entries.set(entry.order, entry)
    this.#index(entry)
  }

  #index(entry: OutboxEntry): void {
    for (const write of entry.mutation.writes) {
      const name = `${write.table}/${write.id}`
      const pending = this.#writes.get(name)
      if (pending === undefined) this.#writes.set(name, [{ entry, write }])
      else pending.push({ entry, write })
    }
  }

  /** The row with its pending writes on top; undefined when it is not there. Sums come on top of that. */
  fieldsOf(
    table: string,
    id: string,
    base: StoredRow | undefined,
    schema: CompiledSchema | null,
  ): Fields | undefined {
    let fields = base?.fields
    if (this.#writes.size === 0) return fields
    for (const { entry, write } of this.#writes.get(`${table}/${id}`) ?? []) {
      if (isLanded(entry, base)) continue
      switch (write.kind) {
        case 'insert':
          fields = { ...filledIn(schema?.tables[table], entry), ...fields, ...write.fields }
          break
        case 'update':
          fields = fields && { ...fields, ...write.fields }
          break
        case 'delete':
          fields = undefined
          break
      }
    }
    return fields
  }

  isPending(table: string, id: string, base: StoredRow | undefined): boolean {
    if (this.#writes.size === 0) return false
    return this.#writes.get(`${table}/${id}`)?.some(({ entry }) => !isLanded(entry, base)) ?? false
  }
}

/** True when the confirmed row already contains the mutation's effect, though its answer is still to come. */
export function isLanded(entry: OutboxEntry, base: StoredRow | undefined): boolean {
  const mine = base?.mine
  return mine !== undefined && mine.device === entry.mutation.device && entry.mutation.n <= mine.n
}

/** What the node will fill in: defaults, the workflow's start, the times. */
function filledIn(table: TableDeclaration | undefined, entry: OutboxEntry): Fields {
  const time = new Date(parseStamp(entry.mutation.at)?.ms ?? entry.queuedAt).toISOString()
  const fields: Record<string, Value> = { created_at: time, updated_at: time }
  for (const [name, field] of Object.entries(table?.fields ?? {})) {
    if (field.default === undefined) continue
    if (field.default === 'now' && field.type === 'timestamp') fields[name] = time
    else if (field.default === 'today' && field.type === 'date') fields[name] = time.slice(0, 10)
    else fields[name] = field.default
  }
  if (table?.workflow !== undefined) fields[table.workflow.field] = table.workflow.start
  return fields
}
