import type { CompiledSchema } from '../protocol/schema.ts'
import { tableOf } from '../protocol/schema.ts'
import type { StoredRow } from '../store/databases.ts'
import { minus, nothing, plus, rowChecksum, type Sum } from './row-checksum.ts'

const kept = ['created_at', 'updated_at']

/** The rolling checksum of each scope's confirmed rows. A scope's is counted when it is first asked for, and kept up from then on. */
export class ScopeSums {
  readonly #sums = new Map<string, Sum>()
  readonly #names = new Map<string, readonly string[]>()
  #rows = new WeakMap<StoredRow, Sum>()
  #schema: CompiledSchema | null = null

  /** Other fields count from now on. */
  setSchema(schema: CompiledSchema): void {
    this.#schema = schema
    this.#names.clear()
    this.#rows = new WeakMap()
    this.clear()
  }

  clear(): void {
    this.#sums.clear()
  }

  has(scope: string): boolean {
    return this.#sums.has(scope)
  }

  of(scope: string, rows: Iterable<StoredRow>): Sum {
    const known = this.#sums.get(scope)
    if (known !== undefined) return known
    let sum = nothing
    for (const row of rows) if (row.scope === scope) sum = plus(sum, this.ofRow(row))
    this.#sums.set(scope, sum)
    return sum
  }

  ofRow(row: StoredRow): Sum {
    const known = this.#rows.get(row)
    if (known !== undefined) return known
    const sum = rowChecksum(row.table, row.id, this.#namesOf(row.table), row.fields)
    this.#rows.set(row, sum)
    return sum
  }

  /** A row took another's place, which may be none's. */
  replace(before: StoredRow | undefined, after: StoredRow | undefined): void {
    if (this.#sums.size === 0) return
    this.#change(before, minus)
    this.#change(after, plus)
  }

  #change(row: StoredRow | undefined, by: (a: Sum, b: Sum) => Sum): void {
    if (row === undefined || row.scope === null) return
    const sum = this.#sums.get(row.scope)
    if (sum !== undefined) this.#sums.set(row.scope, by(sum, this.ofRow(row)))
  }

  #namesOf(table: string): readonly string[] {
    const known = this.#names.get(table)
    if (known !== undefined) return known
    const declared = this.#schema === null ? undefined : tableOf(this.#schema, table)
    const names = [...Object.keys(declared?.fields ?? {}), ...kept].sort()
    this.#names.set(table, names)
    return names
  }
}
