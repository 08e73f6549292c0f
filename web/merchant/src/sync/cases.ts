import { formatMoney } from '../format/money.ts'
import { formatInstant } from '../format/time.ts'
import { formatNumber, words } from '../format/words.ts'
import { t } from '../i18n/index.ts'
import '../i18n/sync.ts'
import { type Names, rowLabel } from '../shop/writes.ts'
import type { Conflict, Side } from './model.ts'

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
