import type { FieldDeclaration } from '../protocol/schema.ts'
import { unreachable, type Value } from '../protocol/values.ts'
import type { CheckCode } from './check-error.ts'

export interface ValueObjection {
  readonly code: CheckCode
  readonly reason: string
  readonly remedy: string
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const dateText = /^(?!0000)\d{4}-\d{2}-\d{2}$/
const timestampText = /^(?!0000)\d{4}-\d{2}-\d{2}T(?!24)\d{2}:\d{2}:\d{2}\.\d{3}Z$/
/** A NUL, or half of a character. */
const notText = /\0|\p{Surrogate}/u
/** What the node takes for blank, too; `trim` would count a zero-width mark. */
const blankText = /^\p{White_Space}*$/u
const defaultMaxCharacters = 2000
const deepestJson = 64

/** Checks one value against its field's declaration; undefined when it fits. */
export function objectionToValue(
  name: string,
  value: Value,
  field: FieldDeclaration,
): ValueObjection | undefined {
  if (value === null) {
    return field.required ? missing(name) : undefined
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

function missing(name: string): ValueObjection {
  return { code: 'required', reason: `${name} is required`, remedy: `Give ${name} a value` }
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
  if ((field.type === 'text' || field.type === 'file') && typeof value === 'string') {
    if (field.required && blankText.test(value)) return missing(name)
    const max = field.max ?? defaultMaxCharacters
    if (value.length <= max || [...value].length <= max) return undefined
    return { code: 'too_long', reason: `${name} is too long`, remedy: `Use at most ${max} characters` }
  }
  if (field.type === 'json') return objectionToDepth(name, value)
  if (typeof value !== 'number') return undefined
  const scale = field.scale ?? 4
  if (field.type === 'decimal' && Number(value.toFixed(scale)) !== value) {
    return {
      code: 'out_of_range',
      reason: `${name} has more than ${scale} digits after the point`,
      remedy: `Round it to ${scale} digits`,
    }
  }
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
      return isText(value) ? undefined : 'text'
    case 'ref':
      return typeof value === 'string' && uuid.test(value) ? undefined : 'the id of a row'
    case 'integer':
    case 'money':
      return Number.isSafeInteger(value) ? undefined : 'a whole number'
    case 'decimal':
      return typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER ? undefined : 'a number'
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'true or false'
    case 'date':
      return isDate(value, dateText) ? undefined : 'a date like 2026-11-21'
    case 'timestamp':
      return isDate(value, timestampText) ? undefined : 'a time like 2026-11-21T08:00:00.000Z'
    case 'json':
      if (field.merge === 'set-union' && !Array.isArray(value)) return 'a list'
      return typeof value !== 'string' || isText(value) ? undefined : 'text'
    default:
      return unreachable(field.type)
  }
}

function isText(value: Value): boolean {
  return typeof value === 'string' && !notText.test(value)
}

/** Lists and objects one inside the other; the node reads no deeper, and would refuse the whole push. */
function objectionToDepth(name: string, value: Value): ValueObjection | undefined {
  if (depthOf(value) <= deepestJson) return undefined
  return {
    code: 'out_of_range',
    reason: `${name} is more than ${deepestJson} levels deep`,
    remedy: 'Nest it less',
  }
}

function depthOf(value: Value): number {
  if (value === null || typeof value !== 'object') return 0
  return (
    1 + Object.values(value).reduce((deepest: number, inner: Value) => Math.max(deepest, depthOf(inner)), 0)
  )
}

/** The right shape and a day that exists: 2026-02-30 does not. */
function isDate(value: Value, shape: RegExp): boolean {
  if (typeof value !== 'string' || !shape.test(value)) return false
  const time = Date.parse(value)
  return Number.isFinite(time) && new Date(time).toISOString().startsWith(value.slice(0, 10))
}
