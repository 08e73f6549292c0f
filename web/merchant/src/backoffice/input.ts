import type { FieldDeclaration, Value } from '@branchline/client'
import { parseMoney, plainMoney } from '../format/money.ts'
import { fromLocalInput, toLocalInput } from '../format/time.ts'
import { t } from '../i18n/index.ts'
import '../i18n/backoffice.ts'

export type Read =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly message: string }

/** A value as the text of its input. */
export function toInput(field: FieldDeclaration, value: Value | undefined, currency: string): string {
  if (value === null || value === undefined) return ''
  switch (field.type) {
    case 'money':
      return plainMoney(Number(value), currency)
    case 'timestamp':
      return toLocalInput(String(value))
    case 'json':
      return JSON.stringify(value, null, 2)
    default:
      return String(value)
  }
}

/** What was typed as a value; nothing typed is null. */
export function fromInput(field: FieldDeclaration, text: string, currency: string): Read {
  if (text.trim() === '') return { ok: true, value: null }
  switch (field.type) {
    case 'money':
      return orRefuse(parseMoney(text, currency), t('backoffice.not_money'))
    case 'integer':
      return orRefuse(/^\s*[-+]?\d+\s*$/.test(text) ? Number(text) : null, t('backoffice.not_whole'))
    case 'decimal':
      return orRefuse(numberOf(text), t('backoffice.not_number'))
    case 'boolean':
      return { ok: true, value: text === 'true' }
    case 'timestamp':
      return { ok: true, value: fromLocalInput(text) }
    case 'json':
      return jsonOf(text)
    default:
      return { ok: true, value: text.trim() }
  }
}

function numberOf(text: string): number | null {
  const value = Number(text.trim().replace(',', '.'))
  return Number.isFinite(value) ? value : null
}

function orRefuse(value: number | null, message: string): Read {
  return value === null ? { ok: false, message } : { ok: true, value }
}

function jsonOf(text: string): Read {
  try {
    return { ok: true, value: JSON.parse(text) as Value }
  } catch {
    return { ok: false, message: t('backoffice.not_json') }
  }
}
