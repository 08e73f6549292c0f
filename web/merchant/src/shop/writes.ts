import type { Branchline, FieldDeclaration } from '@branchline/client'
import { parseMoney, plainMoney } from '../format/money.ts'
import { words } from '../format/words.ts'
import { nameOf } from './titles.ts'

/** What one write of a refused mutation was to change, here or in the node's tray. */
export interface Write {
  readonly table: string
  readonly id: string
  readonly kind: 'insert' | 'update' | 'delete'
  readonly fields?: Readonly<Record<string, unknown>>
}

export type Names = Pick<Branchline, 'schema' | 'row'>

export const tableLabel = (client: Names, table: string): string =>
  client.schema?.tables[table]?.label ?? words(table)

export const fieldLabel = (client: Names, table: string, field: string): string =>
  client.schema?.tables[table]?.fields[field]?.label ?? words(field)

/** How a row is called, at the least by the end of its id. */
export const rowLabel = (client: Names, table: string, row: string): string =>
  nameOf(client, table, client.row(table, row)) || row.slice(-6)

/** What a field declares, and the currency in which its amounts are typed. */
export interface Typing {
  readonly field: FieldDeclaration | undefined
  readonly currency: string
}

/** A value as it is typed: text as it is, an amount as on a price tag, anything else as JSON. */
export function typed(value: unknown, { field, currency }: Typing): string {
  if (field?.type === 'money' && typeof value === 'number') return plainMoney(value, currency)
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** What was typed, as the field takes it: the type is the schema's, or that of the value before. */
export function untyped(text: string, before: unknown, { field, currency }: Typing): unknown {
  const isText = field ? textTypes.has(field.type) : typeof before === 'string'
  const isNothing = text === '' && (field?.type === 'ref' || field?.type === 'enum')
  if (isText) return isNothing || (text === 'null' && before === null) ? null : text
  const trimmed = text.trim()
  if (trimmed === '') return null
  if (field?.type === 'money') return parseMoney(trimmed, currency) ?? text
  try {
    return JSON.parse(trimmed) as unknown
  } catch {
    return text
  }
}

const textTypes = new Set(['text', 'date', 'timestamp', 'enum', 'ref', 'file'])

/** Every field of every write as it would be typed, by the place of the write and the field's name. */
export function textsOf(
  writes: readonly Write[],
  client: Names,
  currency: string,
): ReadonlyMap<string, string> {
  return new Map(
    writes.flatMap(({ table, fields }, place) =>
      Object.entries(fields ?? {}).map(([name, value]) => {
        const field = client.schema?.tables[table]?.fields[name]
        return [`${place}.${name}`, typed(value, { field, currency })] as const
      }),
    ),
  )
}

/** The writes with what was typed in place of their values; fields that were left out are gone, what is as it was stays as it was. */
export function edited<One extends Write>(
  writes: readonly One[],
  texts: ReadonlyMap<string, string>,
  client: Names,
  currency: string,
): readonly One[] {
  const before = textsOf(writes, client, currency)
  return writes.map((write, place) => {
    if (!write.fields) return write
    const fields = Object.entries(write.fields).flatMap(([name, value]) => {
      const key = `${place}.${name}`
      const text = texts.get(key)
      if (text === undefined) return []
      const field = client.schema?.tables[write.table]?.fields[name]
      const isSame = text === before.get(key)
      return [[name, isSame ? value : untyped(text, value, { field, currency })] as const]
    })
    return { ...write, fields: Object.fromEntries(fields) }
  })
}

/** Whether nothing was changed and nothing left out. */
export function isUntouched(
  texts: ReadonlyMap<string, string>,
  before: ReadonlyMap<string, string>,
): boolean {
  return texts.size === before.size && [...before].every(([key, text]) => texts.get(key) === text)
}
