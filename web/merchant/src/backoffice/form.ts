import type { FieldDeclaration, Row, TableDeclaration, Value } from '@branchline/client'
import { isKept } from './access.ts'
import { fromInput } from './input.ts'

export interface FormField {
  readonly name: string
  readonly field: FieldDeclaration
  /** Shown, not typed: sums and what a row is found by for them, what only the node writes, what is written once. */
  readonly kept: boolean
}

export function formFields(table: TableDeclaration, row: Row | undefined): readonly FormField[] {
  const matched = new Set(Object.values(table.fields).flatMap((field) => Object.keys(field.sum?.match ?? {})))
  return Object.entries(table.fields).flatMap(([name, field]): FormField[] => {
    if (table.workflow?.field === name) return []
    const isFixed = field.merge === 'write-once' || matched.has(name)
    const kept = isKept(field) || (isFixed && row?.[name] != null)
    return kept && !row ? [] : [{ name, field, kept }]
  })
}

export interface Patch {
  readonly values: Record<string, Value>
  readonly problems: readonly { readonly field: string; readonly message: string }[]
}

type Dirty = Readonly<Record<string, boolean | undefined>>

/** Of a row only what was touched; of a new one everything that says something. */
export function patchOf(
  fields: readonly FormField[],
  texts: Readonly<Record<string, string>>,
  dirty: Dirty | null,
  currency: string,
): Patch {
  const values: Record<string, Value> = {}
  const problems: { field: string; message: string }[] = []
  for (const { name, field, kept } of fields) {
    if (kept || (dirty && !dirty[name])) continue
    const read = fromInput(field, texts[name] ?? '', currency)
    if (!read.ok) problems.push({ field: name, message: read.message })
    else if (dirty || read.value !== null) values[name] = read.value
  }
  return { values, problems }
}
