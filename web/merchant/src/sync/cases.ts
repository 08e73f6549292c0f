import type { Branchline, FieldDeclaration } from '@branchline/client'
import { formatMoney } from '../format/money.ts'
import { formatInstant } from '../format/time.ts'
import { formatNumber, words } from '../format/words.ts'
import { t } from '../i18n/index.ts'
import { nameOf } from '../shop/titles.ts'
import type { Conflict, Side, Write } from './model.ts'

type Names = Pick<Branchline, 'schema' | 'row'>

export const tableLabel = (client: Names, table: string): string =>
  client.schema?.tables[table]?.label ?? words(table)

export const fieldLabel = (client: Names, table: string, field: string): string =>
  client.schema?.tables[table]?.fields[field]?.label ?? words(field)

/** How a row is called, at the least by the end of its id. */
export const rowLabel = (client: Names, table: string, row: string): string =>
  nameOf(client, table, client.row(table, row)) || row.slice(-6)

/** A value of a field as people read it. */
export function valueText(
  client: Names,
  table: string,
  field: string,
  value: unknown,
  currency: string,
): string {
  if (value === null || value === undefined || value === '') return t('sync.nothing')
  const declared = client.schema?.tables[table]?.fields[field]
  switch (declared?.type) {
    case 'money':
      return formatMoney(Number(value), currency)
    case 'integer':
    case 'decimal':
      return formatNumber(Number(value))
    case 'boolean':
      return t(value ? 'ui.yes' : 'ui.no')
    case 'timestamp':
      return formatInstant(String(value))
    case 'ref':
      return declared.table ? rowLabel(client, declared.table, String(value)) : String(value)
    case 'enum':
      return words(String(value))
    default:
      return typeof value === 'object' ? JSON.stringify(value) : String(value)
  }
}

/** Who wrote a value, and when. People of a branch are known there only; then it is the device, by the end of its id. */
export function sideText({ user, device, at }: Side): string {
  const who =
    user?.name ?? (device && (isId.test(device) ? t('sync.device_id', { id: device.slice(-6) }) : device))
  return [who, at && formatInstant(at)].filter(Boolean).join(', ')
}

const isId = /^[0-9a-f]{8}-[0-9a-f-]{27}$/

/** The conflicts of one row belong side by side. They stay in the order in which the newest of each row was found. */
export function byRow(conflicts: readonly Conflict[]): readonly (readonly Conflict[])[] {
  const rows = new Map<string, Conflict[]>()
  for (const conflict of conflicts) {
    const key = `${conflict.table} ${conflict.row}`
    rows.set(key, [...(rows.get(key) ?? []), conflict])
  }
  return [...rows.values()]
}

/** A value as it is typed: text as it is, anything else as JSON. */
export const typed = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** What was typed, as the field takes it: the type is the schema's, or that of the value before. */
export function untyped(text: string, before: unknown, field: FieldDeclaration | undefined): unknown {
  const isText = field ? textTypes.has(field.type) : typeof before === 'string'
  if (isText) return text === 'null' && before === null ? null : text
  const trimmed = text.trim()
  if (trimmed === '') return null
  try {
    return JSON.parse(trimmed) as unknown
  } catch {
    return text
  }
}

const textTypes = new Set(['text', 'date', 'timestamp', 'enum', 'ref', 'file'])

/** The writes with what was typed in place of their values; fields that were left out are gone. */
export function edited(
  writes: readonly Write[],
  texts: ReadonlyMap<string, string>,
  client: Names,
): readonly Write[] {
  return writes.map((write, index) => {
    if (!write.fields) return write
    const fields = Object.entries(write.fields).flatMap(([name, before]) => {
      const text = texts.get(`${index}.${name}`)
      return text === undefined
        ? []
        : [[name, untyped(text, before, client.schema?.tables[write.table]?.fields[name])] as const]
    })
    return { ...write, fields: Object.fromEntries(fields) }
  })
}
