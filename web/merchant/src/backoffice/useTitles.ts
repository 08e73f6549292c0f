import type { Branchline, Row, TableDeclaration, Value } from '@branchline/client'
import { useBranchline } from '@branchline/client/react'
import { useEffect, useState } from 'react'

/** How a row is called on screens; a title that is itself a reference is followed. */
export function titleOf(client: Branchline, table: string, row: Row | undefined, depth = 0): string {
  if (!row) return ''
  const declaration = client.schema?.tables[table]
  const name = declaration?.title
  const value = name ? row[name] : null
  const field = name ? declaration?.fields[name] : undefined
  if (field?.type === 'ref' && field.table && typeof value === 'string' && depth < 2) {
    return titleOf(client, field.table, client.row(field.table, value), depth + 1)
  }
  return value === null || value === undefined || value === '' ? row.id.slice(-6) : String(value)
}

/** Renders again when a row that this table refers to changes its name. */
export function useTitles(table: TableDeclaration): (field: string, id: Value) => string {
  const client = useBranchline()
  const [, renew] = useState(0)
  useEffect(() => {
    const tables = new Set(
      Object.values(table.fields).flatMap((field) =>
        field.type === 'ref' && field.table ? [field.table] : [],
      ),
    )
    const stops = [...tables].map((name) => client.watch(name, () => renew((count) => count + 1)))
    return () => {
      for (const stop of stops) stop()
    }
  }, [client, table])
  return (field, id) => {
    const target = table.fields[field]?.table
    return target && typeof id === 'string' ? titleOf(client, target, client.row(target, id)) : ''
  }
}
