import type { Condition, FieldDeclaration, Query, Row, TableDeclaration, Value } from '@branchline/client'

/** What stands in the address: `q` the search, `sort`, `row` what is open, and a filter for every other name. */
export type ListSearch = Readonly<Record<string, string>>

export interface Filter {
  readonly name: string
  readonly field: FieldDeclaration
  readonly kind: 'choice' | 'ref' | 'flag' | 'range'
}

const reserved = new Set(['q', 'sort', 'row'])

/** The fields one can filter by: choices, references, flags and days. */
export function filtersOf(table: TableDeclaration): readonly Filter[] {
  const filters = Object.entries(table.fields).flatMap(([name, field]): Filter[] => {
    switch (field.type) {
      case 'enum':
        return [{ name, field, kind: 'choice' }]
      case 'ref':
        return [{ name, field, kind: 'ref' }]
      case 'boolean':
        return [{ name, field, kind: 'flag' }]
      case 'date':
      case 'timestamp':
        return [{ name, field, kind: 'range' }]
      default:
        return []
    }
  })
  const rank = (filter: Filter) =>
    filter.name === 'status' ? 0 : filter.field.table === 'branches' ? 1 : filter.kind === 'range' ? 3 : 2
  return filters.toSorted((a, b) => rank(a) - rank(b))
}

/** The address as a query, its search aside where `searchOf` takes that over. What the schema does not know is left out. */
export function queryOf(table: TableDeclaration, search: ListSearch): Query {
  const where: Record<string, Condition> = {}
  for (const filter of filtersOf(table)) {
    const condition = conditionOf(filter, search)
    if (condition !== undefined) where[filter.name] = condition
  }
  const isOwn = search.q && !calledBy(table)
  return { where, sort: sortOf(table, search), ...(isOwn ? { search: search.q ?? '' } : {}) }
}

/** Finds the rows of another table in which a word occurs. */
type FindRows = (table: string, word: string) => readonly string[]

/**
 * Where rows are called by another row (a shelf by its product), each word may occur in that row or in this one:
 * `butter a3` finds the butter on shelf A3. Nothing when the query searches by itself.
 */
export function searchOf(
  table: TableDeclaration,
  search: ListSearch,
  find: FindRows,
): ((row: Row) => boolean) | null {
  const title = calledBy(table)
  const words = (search.q ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  if (!title || words.length === 0) return null
  const own = Object.keys(table.fields).filter((name) => table.fields[name]?.search)
  const tests = words.map((word) => {
    const called = new Set<Value>(find(title.table, word))
    return (row: Row) =>
      called.has(row[title.name] ?? null) ||
      own.some((name) =>
        String(row[name] ?? '')
          .toLowerCase()
          .includes(word),
      )
  })
  return (row) => tests.every((test) => test(row))
}

/** The reference whose row gives this table's rows their names. */
function calledBy(table: TableDeclaration): { readonly name: string; readonly table: string } | undefined {
  const target = table.title ? table.fields[table.title]?.table : undefined
  return table.title && target ? { name: table.title, table: target } : undefined
}

export function sortOf(table: TableDeclaration, search: ListSearch): string {
  return search.sort ?? `${newestFirst(table) ? '-' : ''}${orderField(table)}`
}

/** The moment a row is about; a list begins with the latest. */
const moments = ['sold_at', 'opened_at', 'at', 'date', 'starts_on']

export function momentOf(table: TableDeclaration): string | undefined {
  return moments.find((name) => table.fields[name])
}

function newestFirst(table: TableDeclaration): boolean {
  return momentOf(table) !== undefined || !(table.fields.position || table.title)
}

function orderField(table: TableDeclaration): string {
  return momentOf(table) ?? (table.fields.position ? 'position' : (table.title ?? 'created_at'))
}

function conditionOf({ name, kind }: Filter, search: ListSearch): Condition | undefined {
  if (kind === 'range') return rangeOf(search[`${name}.from`], search[`${name}.to`])
  const value = search[name]
  if (!value) return undefined
  if (kind === 'flag') return value === 'true'
  const values = value.split(',')
  return values.length === 1 ? value : values
}

/** Both ends count. A day as upper end takes in the whole day also of a timestamp. */
function rangeOf(from: string | undefined, to: string | undefined): Condition | undefined {
  if (!from && !to) return undefined
  return (value: Value) =>
    typeof value === 'string' && (!from || value >= from) && (!to || value.slice(0, to.length) <= to)
}

export function activeFilters(table: TableDeclaration, search: ListSearch): number {
  const names = new Set(filtersOf(table).map((filter) => filter.name))
  const used = Object.keys(search).filter(
    (name) => !reserved.has(name) && search[name] && names.has(name.replace(/\.(from|to)$/, '')),
  )
  return new Set(used.map((name) => name.replace(/\.(from|to)$/, ''))).size
}

/** First up, then down, then as it was. */
export function nextSort(current: string | undefined, field: string): string | undefined {
  if (current === field) return `-${field}`
  return current === `-${field}` ? undefined : field
}
