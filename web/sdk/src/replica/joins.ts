import type { Query, Row } from '../api.ts'
import { getOrAdd } from '../get-or-add.ts'
import type { TableDeclaration } from '../protocol/schema.ts'
import { type CompiledQuery, compileQuery, queryKey } from './query.ts'
import type { TableRows } from './table-rows.ts'

/** Views kept; the one not read for longest goes first. */
const mostViews = 100

interface Shop {
  readonly table: (name: string) => TableRows
  readonly declaration: (name: string) => TableDeclaration | undefined
}

/** Queries that ask for other tables' rows on each row, and which tables therefore change with which. */
export class Joins {
  readonly #shop: Shop
  readonly #views = new Map<string, JoinedView>()
  readonly #joining = new Map<string, Set<string>>()

  constructor(shop: Shop) {
    this.#shop = shop
  }

  /** The same array until a row of it, or a row that is joined to one, has changed. */
  rows(table: string, query: Query): readonly Row[] {
    const key = `${table} ${queryKey(query)}`
    const view = this.#views.get(key) ?? this.#open(table, query)
    this.#views.delete(key)
    this.#views.set(key, view)
    if (this.#views.size > mostViews) {
      for (const oldest of this.#views.keys()) {
        this.#views.delete(oldest)
        break
      }
    }
    return view.read()
  }

  /** The tables whose rows look otherwise when one of this table changes. */
  joining(table: string): Iterable<string> {
    return this.#joining.get(table) ?? []
  }

  clear(): void {
    this.#views.clear()
    this.#joining.clear()
  }

  #open(name: string, query: Query): JoinedView {
    const declaration = this.#shop.declaration(name)
    const parts = Object.entries(query.with ?? {}).map(([as, field]) => {
      const joined = declaration?.fields[field]?.table
      if (joined === undefined) throw new Error(`${name}.${field} names no row of another table`)
      getOrAdd(this.#joining, joined, () => new Set<string>()).add(name)
      return { as, field, table: this.#shop.table(joined) }
    })
    return new JoinedView(this.#shop.table(name), parts, query, declaration)
  }
}

interface Part {
  readonly as: string
  readonly field: string
  readonly table: TableRows
}

/** One query's rows with the rows they name. A row is made anew only when it, or one it names, was replaced. */
class JoinedView {
  readonly #table: TableRows
  readonly #parts: readonly Part[]
  readonly #own: Query
  readonly #whole: CompiledQuery | null
  #made = new Map<Row, Row>()
  #versions: readonly number[] = []
  #read: readonly Row[] | null = null
  #result: readonly Row[] = []

  constructor(
    table: TableRows,
    parts: readonly Part[],
    query: Query,
    declaration: TableDeclaration | undefined,
  ) {
    this.#table = table
    this.#parts = parts
    const { own, whole } = divide(query)
    this.#own = own
    this.#whole = whole === null ? null : compileQuery(whole, declaration)
  }

  read(): readonly Row[] {
    const own = this.#table.query(this.#own)
    const versions = this.#parts.map(({ table }) => table.version)
    if (own === this.#read && versions.every((version, i) => version === this.#versions[i]))
      return this.#result
    this.#read = own
    this.#versions = versions
    const made = new Map(own.map((row) => [row, this.#join(row)]))
    this.#made = made
    const rows = this.#select([...made.values()])
    const isSame = rows.length === this.#result.length && rows.every((row, i) => row === this.#result[i])
    if (!isSame) this.#result = Object.freeze(rows)
    return this.#result
  }

  #select(rows: Row[]): Row[] {
    const whole = this.#whole
    return whole === null ? rows : rows.filter(whole.matches).sort(whole.compare).slice(0, whole.limit)
  }

  #join(row: Row): Row {
    const known = this.#made.get(row)
    const joined = this.#parts.map(({ as, field, table }) => {
      const id = row[field]
      return [as, (typeof id === 'string' ? table.get(id) : undefined) ?? null] as const
    })
    if (known !== undefined && joined.every(([as, one]) => (known[as] as Row | null) === one)) return known
    // The flags of the row itself, which sit on its prototype.
    const copy: object = Object.create(Object.getPrototypeOf(row))
    return Object.freeze(Object.assign(copy, row, Object.fromEntries(joined))) as Row
  }
}

/** What the table answers by itself, and what only the joined rows can: null when nothing is left for them. */
function divide(query: Query): { readonly own: Query; readonly whole: Query | null } {
  const { with: _, sort, limit, where = {}, ...rest } = query
  const conditions = Object.entries(where)
  const isJoined = (name: string) => name.includes('.')
  const left = conditions.filter(([name]) => isJoined(name))
  const own = { ...rest, where: Object.fromEntries(conditions.filter(([name]) => !isJoined(name))) }
  const order = { ...(sort !== undefined && { sort }), ...(limit !== undefined && { limit }) }
  const isSorted = [sort ?? []].flat().some(isJoined)
  return left.length === 0 && !isSorted
    ? { own: { ...own, ...order }, whole: null }
    : { own, whole: { ...order, where: Object.fromEntries(left) } }
}
