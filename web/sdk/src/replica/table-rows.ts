import type { Query, Row } from '../api.ts'
import { getOrAdd } from '../get-or-add.ts'
import type { TableDeclaration } from '../protocol/schema.ts'
import { compileQuery, queryKey } from './query.ts'
import { QueryView } from './query-view.ts'

/** Views kept per table; the one not read for longest goes first. */
const mostViews = 100

const everything: Query = {}

/** One table's rows as the app sees them, with the queries that were asked of them. */
export class TableRows {
  readonly #rows = new Map<string, Row>()
  readonly #sumIds = new Map<string, Set<string>>()
  /** Goes up whenever a row changes. */
  version = 0
  #views = new Map<string, QueryView>()
  #declaration: TableDeclaration | undefined

  constructor(declaration: TableDeclaration | undefined) {
    this.#declaration = declaration
  }

  get(id: string): Row | undefined {
    return this.#rows.get(id)
  }

  /** Puts the row, or removes it; false when nothing changed. `sumKeys` are what its sums depend on. */
  set(id: string, row: Row | undefined, sumKeysOf: (row: Row) => readonly string[]): boolean {
    const before = this.#rows.get(id)
    if (before === row) return false
    this.version += 1
    if (before !== undefined) for (const key of sumKeysOf(before)) this.#sumIds.get(key)?.delete(id)
    if (row === undefined) this.#rows.delete(id)
    else {
      this.#rows.set(id, row)
      for (const key of sumKeysOf(row)) this.#addSumId(key, id)
    }
    for (const view of this.#views.values()) view.note(before, row)
    return true
  }

  #addSumId(key: string, id: string): void {
    getOrAdd(this.#sumIds, key, () => new Set<string>()).add(id)
  }

  idsBySum(key: string): Iterable<string> {
    return this.#sumIds.get(key) ?? []
  }

  query(query: Query = everything): readonly Row[] {
    const key = queryKey(query)
    let view = this.#views.get(key)
    if (view === undefined) view = new QueryView(compileQuery(query, this.#declaration))
    else this.#views.delete(key)
    this.#views.set(key, view)
    if (this.#views.size > mostViews) {
      const oldest = this.#views.keys().next().value
      if (oldest !== undefined) this.#views.delete(oldest)
    }
    return view.read(this.#rows.values())
  }
}
