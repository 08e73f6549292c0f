import type { CompiledSchema, SumDeclaration } from '../protocol/schema.ts'
import type { Fields, Value } from '../protocol/values.ts'
import type { OutboxEntry, StoredRow } from '../store/databases.ts'
import { isLanded } from './overlay.ts'

interface SumField {
  readonly table: string
  readonly field: string
  readonly sum: SumDeclaration
}

interface Contribution {
  readonly entry: OutboxEntry
  readonly value: number
  readonly isCount: boolean
}

/**
 * What pending ledger entries add to the sums the node keeps, so that stock goes down on this screen when the sale is made.
 * A row the node has yet to make (`create`) is not shown before: only the node gives it an id.
 */
export class PendingSums {
  #byLedger = new Map<string, SumField[]>()
  #byTable = new Map<string, SumField[]>()
  /** Sum field and match values to what is pending for them. */
  readonly #contributions = new Map<string, Contribution[]>()

  setSchema(schema: CompiledSchema): void {
    this.#byLedger = new Map()
    this.#byTable = new Map()
    for (const [table, declaration] of Object.entries(schema.tables)) {
      for (const [field, { sum }] of Object.entries(declaration.fields)) {
        if (sum === undefined) continue
        const one = { table, field, sum }
        this.#byTable.set(table, [...(this.#byTable.get(table) ?? []), one])
        this.#byLedger.set(sum.ledger, [...(this.#byLedger.get(sum.ledger) ?? []), one])
      }
    }
  }

  clear(): void {
    this.#contributions.clear()
  }

  add(entry: OutboxEntry): void {
    for (const write of entry.mutation.writes) {
      if (write.kind !== 'insert') continue
      for (const one of this.#byLedger.get(write.table) ?? []) {
        const key = ledgerKey(one, write.fields)
        const value = write.fields[one.sum.field]
        if (typeof value !== 'number') continue
        const { count } = one.sum
        const isCount = count !== undefined && write.fields[count.field] === count.value
        const known = this.#contributions.get(key)
        if (known === undefined) this.#contributions.set(key, [{ entry, value, isCount }])
        else known.push({ entry, value, isCount })
      }
    }
  }

  /** Names what of the row its sums depend on: rows with one key share their pending entries. */
  keysOf(table: string, id: string, fields: Fields): readonly string[] {
    return (this.#byTable.get(table) ?? []).map((one) => rowKey(one, id, fields))
  }

  /** The tables and keys whose sums this entry adds to. */
  keysTouchedBy(entry: OutboxEntry): readonly (readonly [table: string, key: string])[] {
    return entry.mutation.writes.flatMap((write) =>
      write.kind !== 'insert'
        ? []
        : (this.#byLedger.get(write.table) ?? []).map(
            (one) => [one.table, ledgerKey(one, write.fields)] as const,
          ),
    )
  }

  /** The sums of the row with pending entries added; the same object when there are none. */
  applyTo(table: string, id: string, base: StoredRow | undefined, fields: Fields): Fields {
    let result = fields
    if (this.#contributions.size === 0) return result
    for (const one of this.#byTable.get(table) ?? []) {
      const pending = this.#contributions
        .get(rowKey(one, id, fields))
        ?.filter(({ entry }) => !isLanded(entry, base))
      if (pending === undefined || pending.length === 0) continue
      result = { ...result, [one.field]: total(result[one.field], pending) }
    }
    return result
  }
}

function total(start: Value | undefined, pending: readonly Contribution[]): number {
  let sum = typeof start === 'number' ? start : 0
  for (const { value, isCount } of pending) sum = isCount ? value : sum + value
  return sum
}

function ledgerKey({ table, field, sum }: SumField, fields: Fields): string {
  let key = `${table}.${field}`
  for (const name in sum.match) key += part(fields[sum.match[name] ?? ''])
  return key
}

function rowKey({ table, field, sum }: SumField, id: string, fields: Fields): string {
  let key = `${table}.${field}`
  for (const name in sum.match) key += part(name === 'id' ? id : fields[name])
  return key
}

/** Nearly always an id: texts are taken as they are, which is many times faster than JSON. */
function part(value: Value | undefined): string {
  return typeof value === 'string' ? `:${value}` : `#${JSON.stringify(value ?? null)}`
}
