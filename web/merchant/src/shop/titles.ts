import type { Branchline, Row, TableDeclaration } from '@branchline/client'

type Names = Pick<Branchline, 'schema' | 'row'>

/** How a row is called, or nothing; a title that is itself a reference is followed. */
export function nameOf(client: Names, table: string, row: Row | undefined, depth = 0): string {
  const declaration: TableDeclaration | undefined = client.schema?.tables[table]
  const name = declaration?.title
  const value = row && name ? row[name] : null
  const field = name ? declaration?.fields[name] : undefined
  if (field?.type === 'ref' && field.table && typeof value === 'string' && depth < 2) {
    return nameOf(client, field.table, client.row(field.table, value), depth + 1)
  }
  return value === null || value === undefined ? '' : String(value)
}

/** How a row is called on screens: at the least by the end of its id. */
export function titleOf(client: Names, table: string, row: Row | undefined): string {
  return row ? nameOf(client, table, row) || row.id.slice(-6) : ''
}
