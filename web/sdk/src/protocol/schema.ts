import type { FieldType, Value } from './values.ts'

/** A field that the node keeps as the sum of a ledger's entries. */
export interface SumDeclaration {
  readonly ledger: string
  readonly field: string
  /** This table's field (or `id`) to the ledger's field. */
  readonly match: Readonly<Record<string, string>>
  readonly create?: boolean
  /** Entries that state the quantity instead of changing it. */
  readonly count?: { readonly field: string; readonly value: string }
}

/** A field as the business declares it. */
export interface FieldDeclaration {
  readonly type: FieldType
  readonly label?: string
  readonly required?: boolean
  readonly default?: Value
  readonly unique?: boolean | readonly string[]
  readonly index?: boolean
  readonly search?: boolean
  readonly min?: number
  readonly max?: number
  readonly scale?: number
  readonly values?: readonly string[]
  /** The table a `ref` points to. */
  readonly table?: string
  readonly merge?: string
  readonly group?: string
  readonly sum?: SumDeclaration
}

/** A move of a workflow, and who may make it. */
export interface Move {
  readonly from: readonly string[]
  readonly to: string
  readonly roles: readonly string[]
}

/** The states that a row goes through. */
export interface Workflow {
  readonly field: string
  readonly start: string
  readonly order?: readonly string[]
  readonly moves: readonly Move[]
}

/** Which roles may do what; `*` is all of them. */
export interface TableAccess {
  readonly read?: readonly string[]
  readonly create?: readonly string[]
  readonly update?: readonly string[]
  readonly delete?: readonly string[]
}

/** A table as the business declares it. */
export interface TableDeclaration {
  readonly feature?: string
  readonly label?: string
  readonly kind?: 'record' | 'ledger'
  readonly document?: boolean
  readonly scope?: {
    readonly kind: 'everyone' | 'branch' | 'user'
    readonly field?: string | null
    readonly through?: string
  }
  readonly title?: string
  readonly unique?: readonly (readonly string[])[]
  readonly fields: Readonly<Record<string, FieldDeclaration>>
  readonly access?: TableAccess
  readonly workflow?: Workflow
}

/** The declared business, every default filled in, as `/sync/schema` answers it. */
export interface CompiledSchema {
  readonly hash: string
  readonly tables: Readonly<Record<string, TableDeclaration>>
}

/** The table's declaration, or undefined: also for names like `constructor` that every object knows. */
export function tableOf(schema: CompiledSchema, table: string): TableDeclaration | undefined {
  return Object.hasOwn(schema.tables, table) ? schema.tables[table] : undefined
}

/** The field as declared; undefined when the table has no such field. */
export function fieldOf(table: TableDeclaration, field: string): FieldDeclaration | undefined {
  return Object.hasOwn(table.fields, field) ? table.fields[field] : undefined
}
