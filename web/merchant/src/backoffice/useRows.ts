import type { Row, TableDeclaration } from '@branchline/client'
import { useBranchline, useTable } from '@branchline/client/react'
import { useDeferredValue, useMemo } from 'react'
import { type ListSearch, queryOf, sortOf } from './filters.ts'
import { titleOf } from './useTitles.ts'

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })

/** The rows the address names. A column of references is sorted by what they are called, not by their ids. */
export function useRows(table: string, declaration: TableDeclaration, search: ListSearch) {
  const client = useBranchline()
  const { row: _open, ...list } = search
  const wanted = useDeferredValue(JSON.stringify(list))
  const query = useMemo(() => {
    const find = (other: string, text: string) => client.rows(other, { search: text }).map((row) => row.id)
    return queryOf(declaration, JSON.parse(wanted) as ListSearch, find)
  }, [client, declaration, wanted])
  const { rows, loading } = useTable(table, query)

  const sort = sortOf(declaration, search)
  const name = sort.replace(/^-/, '')
  const target = declaration.fields[name]?.table
  const sorted = useMemo(() => {
    if (!target) return rows
    const called = (row: Row) => titleOf(client, target, client.row(target, String(row[name] ?? '')))
    const names = new Map(rows.map((row) => [row.id, called(row)]))
    const turn = sort.startsWith('-') ? -1 : 1
    return rows.toSorted((a, b) => turn * collator.compare(names.get(a.id) ?? '', names.get(b.id) ?? ''))
  }, [client, rows, target, name, sort])
  return { rows: sorted, loading }
}
