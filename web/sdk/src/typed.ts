import type { Condition, Query, ReceiptNumber, Row, WriteDraft } from './api.ts'
import type { RowWrite } from './protocol/messages.ts'
import type { Value } from './protocol/values.ts'

/**
 * Every table's row by the table's name. Empty here, and then rows are untyped; the file that `branchline types --typescript` writes
 * fills it in, and from then on hooks, queries and `mutate` know the tables.
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled in by declaration merging.
export interface Tables {}

/** The table that each field declared as `ref` points to, by table. Filled in as `Tables` is. */
// biome-ignore lint/suspicious/noEmptyInterface: filled in by declaration merging.
export interface References {}

type Known = keyof Tables & string

/** A table's name: any text as long as `Tables` is empty. */
export type TableName = [Known] extends [never] ? string : Known

/** What every row says of itself beside its fields. */
export type RowFlags = Pick<Row, '$pending' | '$fromCache'>

/** A row of the table. */
export type RowOf<T extends string> = T extends Known ? Tables[T] & RowFlags : Row

/** A field of the table. */
export type FieldOf<T extends string> = T extends Known ? keyof Tables[T] & string : string

/** What the joined rows are called, and the field of the table that names each. */
export type Joins<T extends string> = { readonly [name: string]: FieldOf<T> }

/** A query that joins nothing. */
export type NoJoins = Record<never, never>

/** A condition on a field that holds such values. */
export type ConditionOf<V> = V | readonly V[] | ((value: V) => boolean)

/** A field of a joined row: `product.name`. */
export type JoinedField = `${string}.${string}`

/** What a query of the table may ask for. */
export type QueryOf<T extends string, W> = Omit<Query, 'where' | 'sort' | 'with'> & {
  readonly where?: WhereOf<T>
  readonly sort?: SortOf<T> | readonly SortOf<T>[]
  readonly with?: W
}

/** Which rows of the table, by field and by fields of joined rows. */
export type WhereOf<T extends string> = T extends Known
  ? { readonly [F in keyof Tables[T]]?: ConditionOf<Tables[T][F]> | undefined } & {
      readonly [field: JoinedField]: Condition | undefined
    }
  : NonNullable<Query['where']>

/** What the table's rows may be sorted by. */
export type SortOf<T extends string> = T extends Known ? FieldOf<T> | `-${FieldOf<T>}` | JoinedField : string

type Joined<T extends string, F> = T extends keyof References
  ? F extends keyof References[T]
    ? RowOf<References[T][F] & string>
    : Row
  : Row

/** An untyped row that has rows joined to it. */
export type RowWithRows = Pick<Row, 'id' | '$pending' | '$fromCache'> & {
  readonly [field: string]: Value | Row
}

/** A row as a query answers it: with the rows that it joins, or null in the place of one that is not there. */
export type Found<T extends string, W> = [keyof W] extends [never]
  ? RowOf<T>
  : (T extends Known ? RowOf<T> : RowWithRows) & { readonly [N in keyof W]: Joined<T, W[N]> | null }

/** What a query answers. */
export type FoundRows<T extends string, W> = readonly Found<T, W>[]

type WritableOf<R> = {
  readonly [F in Exclude<keyof R, 'id' | 'created_at' | 'updated_at'>]?:
    | R[F]
    | (string extends R[F] ? ReceiptNumber : never)
}

/** A write to the table. */
export interface DraftOf<T extends Known> {
  readonly table: T
  readonly id: string
  readonly kind: RowWrite['kind']
  readonly fields?: WritableOf<Tables[T]>
}

/** A write as the app gives it to `mutate`, to any table. */
export type Draft = [Known] extends [never] ? WriteDraft : { [T in Known]: DraftOf<T> }[Known]
