/** Any JSON value. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue }

/** What a field can hold. Money is an integer of the smallest unit; dates and times are text (see the sync protocol). */
export type Value = JsonValue

/** Field name to value, as it travels. */
export type Fields = Readonly<Record<string, Value>>

/** What kind of value a field holds. */
export type FieldType =
  | 'text'
  | 'integer'
  | 'decimal'
  | 'money'
  | 'boolean'
  | 'date'
  | 'timestamp'
  | 'enum'
  | 'ref'
  | 'json'
  | 'file'

/** Marks a case the compiler has proved impossible. */
export function unreachable(value: never): never {
  throw new Error(`Unexpected value ${JSON.stringify(value)}`)
}
