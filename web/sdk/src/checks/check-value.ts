import type { FieldDeclaration } from '../protocol/schema.ts'
import { unreachable, type Value } from '../protocol/values.ts'
import type { CheckCode } from './check-error.ts'

export interface ValueObjection {
  readonly code: CheckCode
  readonly reason: string
  readonly remedy: string
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const dateText = /^\d{4}-\d{2}-\d{2}$/
const timestampText = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/
const defaultMaxCharacters = 2000

/** Checks one value against its field's declaration; undefined when it fits. */
export function objectionToValue(
  name: string,
  value: Value,
  field: FieldDeclaration,
): ValueObjection | undefined {
  if (value === null) {
    if (!field.required) return undefined
    return { code: 'required', reason: `${name} is required`, remedy: `Give ${name} a value` }
  }

  const expected = mismatch(value, field)
  if (expected !== undefined) {
    return {
      code: 'wrong_type',
      reason: `${name} must be ${expected}`,
      remedy: `Send ${name} as ${expected}`,
    }
  }
  return objectionToContent(name, value, field)
}

function objectionToContent(name: string, value: Value, field: FieldDeclaration): ValueObjection | undefined {
  if (field.type === 'enum' && field.values !== undefined && !field.values.includes(String(value))) {
    const values = field.values.join(', ')
    return {
      code: 'not_in_enum',
      reason: `${name} cannot be ${String(value)}`,
      remedy: `Use one of ${values}`,
    }
  }
  if (field.type === 'text' && typeof value === 'string') {
    const max = field.max ?? defaultMaxCharacters
    if (value.length <= max) return undefined
    return { code: 'too_long', reason: `${name} is too long`, remedy: `Use at most ${max} characters` }
  }
  if (typeof value !== 'number') return undefined
  if (field.min !== undefined && value < field.min) {
    return { code: 'out_of_range', reason: `${name} is too small`, remedy: `Use ${field.min} or more` }
  }
  if (field.max !== undefined && value > field.max) {
    return { code: 'out_of_range', reason: `${name} is too large`, remedy: `Use ${field.max} or less` }
  }
  return undefined
}

/** What was expected, in words, when the value is of another type. */
function mismatch(value: Value, field: FieldDeclaration): string | undefined {
  switch (field.type) {
    case 'text':
    case 'enum':
    case 'file':
      return typeof value === 'string' ? undefined : 'text'
    case 'ref':
      return typeof value === 'string' && uuid.test(value) ? undefined : 'the id of a row'
    case 'integer':
    case 'money':
      return Number.isSafeInteger(value) ? undefined : 'a whole number'
    case 'decimal':
      return isDecimal(value, field.scale ?? 4)
        ? undefined
        : `a number with ${field.scale ?? 4} decimals at most`
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'true or false'
    case 'date':
      return isDate(value, dateText) ? undefined : 'a date like 2026-11-21'
    case 'timestamp':
      return isDate(value, timestampText) ? undefined : 'a time like 2026-11-21T08:00:00.000Z'
    case 'json':
      return undefined
    default:
      return unreachable(field.type)
  }
}

function isDecimal(value: Value, scale: number): boolean {
  if (typeof value !== 'number' || !Number.isFinite(value)) return false
  return Number(value.toFixed(scale)) === value
}

/** The right shape and a day that exists: 2026-02-30 does not. */
function isDate(value: Value, shape: RegExp): boolean {
  if (typeof value !== 'string' || !shape.test(value)) return false
  const time = Date.parse(value)
  return Number.isFinite(time) && new Date(time).toISOString().startsWith(value.slice(0, 10))
}
