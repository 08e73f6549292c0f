import { getOrAdd } from '../get-or-add.ts'
import type { CompiledSchema } from '../protocol/schema.ts'
import type { StoredRow } from '../store/databases.ts'
import type { RowsChange } from '../store/replica-store.ts'
import type { Sum } from './row-checksum.ts'
import { ScopeSums } from './scope-sums.ts'

/** In milliseconds. */
const slice = 8

/** The confirmed rows in memory, by table and id. */
export class BaseRows {
  readonly #homeless = new Map<string, StoredRow>()
  readonly #tables = new Map<string, Map<string, StoredRow>>()
  readonly #sums = new ScopeSums()

  setSchema(schema: CompiledSchema): void {
    this.#sums.setSchema(schema)
  }

  /** Whether a scope's checksum is known without counting. */
  isCounted(scope: string): boolean {
    return this.#sums.has(scope)
  }

  /** Counts a scope's rows a few at a time: a whole shop's at once would hold the screen up. Of few it is done at once. */
  async count(scope: string): Promise<void> {
    let end = performance.now() + slice
    for (const row of this.all()) {
      if (row.scope === scope) this.#sums.ofRow(row)
      if (performance.now() < end) continue
      await new Promise((resolve) => setTimeout(resolve))
      end = performance.now() + slice
    }
    this.checksumOf(scope)
  }

  /** The checksum of a scope's rows. */
  checksumOf(scope: string): Sum {
    return this.#sums.of(scope, this.all())
  }

  sumOf(row: StoredRow): Sum {
    return this.#sums.ofRow(row)
  }

  get(table: string, id: string): StoredRow | undefined {
    return this.#tables.get(table)?.get(id)
  }

  ids(table: string): Iterable<string> {
    return this.#tables.get(table)?.keys() ?? []
  }

  rows(table: string): readonly StoredRow[] {
    return [...(this.#tables.get(table)?.values() ?? [])]
  }

  tables(): Iterable<string> {
    return this.#tables.keys()
  }

  *all(): Iterable<StoredRow> {
    for (const rows of this.#tables.values()) yield* rows.values()
  }

  /** Rows of a scope that is no longer held. */
  homeless(): Iterable<StoredRow> {
    return this.#homeless.values()
  }

  apply(change: RowsChange): void {
    for (const [table, id] of change.removed) {
      this.#sums.replace(this.get(table, id), undefined)
      this.#tables.get(table)?.delete(id)
      this.#homeless.delete(`${table}/${id}`)
    }
    for (const row of change.puts) {
      const rows = getOrAdd(this.#tables, row.table, () => new Map<string, StoredRow>())
      this.#sums.replace(rows.get(row.id), row)
      rows.set(row.id, row)
      if (row.scope === null) this.#homeless.set(`${row.table}/${row.id}`, row)
      else if (this.#homeless.size > 0) this.#homeless.delete(`${row.table}/${row.id}`)
    }
  }

  clear(): void {
    this.#tables.clear()
    this.#homeless.clear()
    this.#sums.clear()
  }
}
