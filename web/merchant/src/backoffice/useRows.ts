import type { Query, Row, TableDeclaration } from '@branchline/client'
import { useBranchline, useTable } from '@branchline/client/react'
import { useDeferredValue, useMemo } from 'react'
import { titleOf } from '../shop/titles.ts'
import { type ListSearch, queryOf, searchOf, sortOf } from './filters.ts'

const nothing: Query = { limit: 0 }
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })

/** The rows the address names. A column of references is sorted by what they are called, not by their ids. */
export function useRows(table: string, declaration: TableDeclaration, search: ListSearch) {
  const client = useBranchline()
  const { row: _open, ...list } = search
  const wanted = useDeferredValue(JSON.stringify(list))
  const title = declaration.title ? declaration.fields[declaration.title]?.table : undefined
  // Both memos below look into the rows that these are called by, and must look again when those change.
  const { rows: called } = useTable(title ?? table, title ? undefined : nothing)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `called` says that what the search looks into has changed
  const isFound = useMemo(() => {
    const find = (other: string, word: string) => client.rows(other, { search: word }).map((row) => row.id)
    return searchOf(declaration, JSON.parse(wanted) as ListSearch, find)
  }, [client, declaration, wanted, called])
  const query = useMemo(() => queryOf(declaration, JSON.parse(wanted) as ListSearch), [declaration, wanted])
  const { rows: all, loading } = useTable(table, query)
  const rows = useMemo(() => (isFound ? all.filter(isFound) : all), [all, isFound])

  const sort = sortOf(declaration, search)
  const name = sort.replace(/^-/, '')
  const target = declaration.fields[name]?.table
  // biome-ignore lint/correctness/useExhaustiveDependencies: `called` says that names may have changed
  const sorted = useMemo(() => {
    if (!target) return rows
    const nameOf = (row: Row) => titleOf(client, target, client.row(target, String(row[name] ?? '')))
    const names = new Map(rows.map((row) => [row.id, nameOf(row)]))
    const turn = sort.startsWith('-') ? -1 : 1
    return rows.toSorted((a, b) => turn * collator.compare(names.get(a.id) ?? '', names.get(b.id) ?? ''))
  }, [client, rows, called, target, name, sort])
  return { rows: sorted, loading }
}
