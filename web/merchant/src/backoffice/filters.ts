import type { Condition, FieldDeclaration, Query, TableDeclaration, Value } from '@branchline/client'

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

/** Finds the rows of another table by what they are called. */
type FindRows = (table: string, search: string) => readonly string[]

/**
 * The address as a query. What the schema does not know is left out.
 * A table whose rows are called by another row (a shelf by its product) is searched by that row's name.
 */
export function queryOf(table: TableDeclaration, search: ListSearch, find?: FindRows): Query {
  const where: Record<string, Condition> = {}
  for (const filter of filtersOf(table)) {
    const condition = conditionOf(filter, search)
    if (condition !== undefined) where[filter.name] = condition
  }
  const sort = sortOf(table, search)
  const title = table.title ? table.fields[table.title] : undefined
  if (search.q && find && table.title && title?.table) {
    where[table.title] ??= find(title.table, search.q)
    return { where, sort }
  }
  return { where, sort, ...(search.q ? { search: search.q } : {}) }
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
