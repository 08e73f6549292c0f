import type { FieldDeclaration, TableDeclaration } from '@branchline/client'

export interface Column {
  readonly name: string
  readonly field: FieldDeclaration
}

const unlisted = new Set(['json', 'file'])
const figures = new Set(['integer', 'decimal', 'money'])

export function isFigure(field: FieldDeclaration): boolean {
  return figures.has(field.type)
}

/** What a list shows: the row's name first, its state last, between them what was declared first. */
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
  const sums = names.filter((name) => table.fields[name]?.sum)
  const others = names.filter((name) => !sums.includes(name))
  const room = Math.max(0, most - 1 - (state ? 1 : 0))
  const middle = [...others.slice(0, Math.max(0, room - sums.length)), ...sums.slice(0, room)]
  const listed = names.filter((name) => middle.includes(name))
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
