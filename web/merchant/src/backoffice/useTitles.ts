import type { TableDeclaration, Value } from '@branchline/client'
import { useBranchline } from '@branchline/client/react'
import { useEffect, useState } from 'react'
import { titleOf } from '../shop/titles.ts'

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
