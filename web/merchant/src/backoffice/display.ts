import type { FieldDeclaration, Row, Value } from '@branchline/client'
import { formatMoney } from '../format/money.ts'
import { formatDay, formatInstant } from '../format/time.ts'
import { formatNumber, words } from '../format/words.ts'
import { t, tOr } from '../i18n/index.ts'
import type { Branch } from '../shop/Shop.tsx'

export function labelOf(name: string, field: FieldDeclaration): string {
  return field.label ?? words(name)
}

export function enumWord(value: string): string {
  return tOr(`states.${value}`, words(value))
}

/** The currency of the row's own branch; a row of no branch is in that of the branch one works at. */
export function currencyOf(row: Row | undefined, branches: readonly Branch[], own: Branch): string {
  return (branches.find((branch) => branch.id === row?.branch_id) ?? own).currency
}

/** A value as text for a list. References are the caller's, who knows the rows. */
export function display(field: FieldDeclaration, value: Value | undefined, currency: string): string {
  if (value === null || value === undefined || value === '') return ''
  switch (field.type) {
    case 'money':
      return formatMoney(Number(value), currency)
    case 'integer':
    case 'decimal':
      return formatNumber(Number(value))
    case 'boolean':
      return value ? t('ui.yes') : t('ui.no')
    case 'date':
      return formatDay(String(value))
    case 'timestamp':
      return formatInstant(String(value))
    case 'enum':
      return enumWord(String(value))
    case 'json':
      return JSON.stringify(value)
    default:
      return String(value)
  }
}

const tones: Readonly<Record<string, 'good' | 'warn' | 'bad' | 'neutral' | 'accent'>> = {
  active: 'good',
  approved: 'good',
  paid: 'good',
  released: 'good',
  completed: 'good',
  done: 'good',
  received: 'good',
  accepted: 'good',
  running: 'good',
  confirmed: 'good',
  finished: 'good',
  requested: 'warn',
  awaiting_payment: 'warn',
  for_release: 'accent',
  urgent: 'warn',
  paused: 'warn',
  scheduled: 'accent',
  planned: 'accent',
  ordered: 'accent',
  sent: 'accent',
  new: 'accent',
  open: 'accent',
  rejected: 'bad',
  cancelled: 'bad',
  blocked: 'bad',
  no_show: 'bad',
  declined: 'bad',
  voided: 'bad',
  refunded: 'warn',
}

export function toneOf(value: Value | undefined): 'good' | 'warn' | 'bad' | 'neutral' | 'accent' {
  return tones[String(value)] ?? 'neutral'
}
