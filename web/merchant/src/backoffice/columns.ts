import type { FieldDeclaration, TableDeclaration } from '@branchline/client'
import { momentOf } from './filters.ts'

export interface Column {
  readonly name: string
  readonly field: FieldDeclaration
}

const unlisted = new Set(['json', 'file'])
const figures = new Set(['integer', 'decimal', 'money'])

export function isFigure(field: FieldDeclaration): boolean {
  return figures.has(field.type)
}

/** What a list shows: the row's name first, its state last, between them what says most, as declared. */
export function columnsOf(table: TableDeclaration, most: number): readonly Column[] {
  const title = table.title ?? Object.keys(table.fields)[0] ?? 'id'
  const state = table.workflow?.field ?? (table.fields.status ? 'status' : null)
  const names = Object.entries(table.fields)
    .filter(
      ([name, field]) =>
        name !== title &&
        name !== state &&
        !unlisted.has(field.type) &&
        !isProse(name, field) &&
        !isReference(name, field),
    )
    .map(([name]) => name)
  const room = Math.max(0, most - 1 - (state ? 1 : 0))
  const moment = momentOf(table)
  const weight = (name: string) => (name === moment ? 0 : weightOf(table.fields[name]))
  const chosen = new Set(names.toSorted((a, b) => weight(a) - weight(b)).slice(0, room))
  const listed = names.filter((name) => chosen.has(name))
  return [title, ...listed, ...(state ? [state] : [])].flatMap((name) => {
    const field = table.fields[name]
    return field ? [{ name, field }] : []
  })
}

function isProse(name: string, field: FieldDeclaration): boolean {
  return field.type === 'text' && (name === 'note' || name === 'description' || (field.max ?? 2000) >= 2000)
}

/** The id of a person or device that is only text says nothing to a reader. */
function isReference(name: string, field: FieldDeclaration): boolean {
  return field.type === 'text' && name.endsWith('_id')
}

/** What must be there and what is counted says most about a row; then what one searches and filters by. */
function weightOf(field: FieldDeclaration | undefined): number {
  if (!field) return 9
  if (field.required || field.sum) return 0
  if (
    field.type === 'money' ||
    field.type === 'ref' ||
    field.type === 'enum' ||
    field.type === 'date' ||
    field.type === 'timestamp'
  )
    return 2
  return field.index || field.search ? 2 : 3
}
