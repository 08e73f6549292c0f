import type { Condition, Query, Row } from '../api.ts'
import { getOrAdd } from '../get-or-add.ts'
import type { TableDeclaration } from '../protocol/schema.ts'
import type { Value } from '../protocol/values.ts'
import { compareTexts } from './text-order.ts'

/** A query made ready to run over one table's rows. `compare` is a total order: ids settle what fields leave open. */
export interface CompiledQuery {
  readonly matches: (row: Row) => boolean
  readonly compare: (a: Row, b: Row) => number
  readonly limit: number
}

const functionNames = new WeakMap<object, number>()
let functionCount = 0

/** The same text for queries that mean the same. Functions count as the same only when they are the same object. */
export function queryKey(query: Query): string {
  return JSON.stringify(query, (_, value: unknown) => {
    if (typeof value !== 'function') return value
    return { $function: getOrAdd(functionNames, value, () => ++functionCount) }
  })
}

export function compileQuery(query: Query, table: TableDeclaration | undefined): CompiledQuery {
  const tests = Object.entries(query.where ?? {}).flatMap(([field, condition]) =>
    condition === undefined ? [] : [conditionTest(field, condition)],
  )
  const words = (query.search ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length > 0) tests.push(searchTest(words, searchFields(table)))
  return {
    matches: (row) => tests.every((test) => test(row)),
    compare: compileSort(query.sort, table),
    limit: query.limit ?? Number.POSITIVE_INFINITY,
  }
}

function conditionTest(field: string, condition: Condition): (row: Row) => boolean {
  const read = reader(field)
  if (typeof condition === 'function') return (row) => condition(read(row))
  if (Array.isArray(condition)) {
    const values = new Set<Value>(condition)
    return (row) => values.has(read(row))
  }
  return (row) => read(row) === condition
}

/** The field's value, null where there is none; `product.name` is that of the row joined as `product`. */
function reader(field: string): (row: Row) => Value {
  const dot = field.indexOf('.')
  if (dot < 0) return (row) => row[field] ?? null
  const [join, name] = [field.slice(0, dot), field.slice(dot + 1)]
  return (row) => (row[join] as Row | null | undefined)?.[name] ?? null
}

function searchFields(table: TableDeclaration | undefined): readonly string[] {
  if (table === undefined) return []
  const declared = Object.keys(table.fields).filter((name) => table.fields[name]?.search)
  return declared.length > 0 || table.title === undefined ? declared : [table.title]
}

function searchTest(words: readonly string[], fields: readonly string[]): (row: Row) => boolean {
  return (row) => {
    const text = fields
      .map((field) => row[field] ?? '')
      .join('\n')
      .toLowerCase()
    return words.every((word) => text.includes(word))
  }
}

function compileSort(sort: Query['sort'], table: TableDeclaration | undefined): CompiledQuery['compare'] {
  const names = sort === undefined ? [] : typeof sort === 'string' ? [sort] : sort
  const keys = names.map((name) => {
    const field = name.startsWith('-') ? name.slice(1) : name
    const isText = field.includes('.') || table?.fields[field]?.type === 'text'
    return { read: reader(field), direction: name.startsWith('-') ? -1 : 1, isText }
  })
  return (a, b) => {
    for (const { read, direction, isText } of keys) {
      const order = compareValues(read(a), read(b), isText)
      if (order !== 0) return order * direction
    }
    return a.id < b.id ? -1 : a.id > b.id ? 1 : 0
  }
}

/** Nothing comes before something, as in the node's lists. */
function compareValues(a: Value, b: Value, isText: boolean): number {
  if (a === b) return 0
  if (a === null) return -1
  if (b === null) return 1
  if (isText && typeof a === 'string' && typeof b === 'string') return compareTexts(a, b)
  return a < b ? -1 : a > b ? 1 : 0
}
