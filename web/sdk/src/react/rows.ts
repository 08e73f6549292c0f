import { useCallback, useSyncExternalStore } from 'react'
import type { Query, Row } from '../api.ts'
import type { Branchline } from '../branchline.ts'
import { useBranchline } from './provider.ts'

/** What a list shows. */
export interface Rows<R = Row> {
  readonly rows: readonly R[]
  /** True until the device has read everything once: an empty list then means nothing. */
  readonly loading: boolean
}

/** Any client, whatever tables it was typed for. */
interface Untyped {
  rows(table: string, query?: Query): readonly Row[]
}

const none: readonly Row[] = Object.freeze([])

/** Listens to one table, or with no name to none: whoever listens is told of sign-in and sign-out, too. */
export function useWatch(client: Branchline, table: string): (listener: () => void) => () => void {
  return useCallback((listener) => client.watch(table, listener), [client, table])
}

/** The rows a query names, of any table. */
export function useRows(table: string, query?: Query): Rows {
  const client = useBranchline()
  const watch = useWatch(client, table)
  const read = () => (client as Untyped).rows(table, query)
  const rows = useSyncExternalStore(watch, read, () => none)
  const loading = useSyncExternalStore(
    watch,
    () => !client.isLoaded,
    () => true,
  )
  return { rows, loading: loading && rows.length === 0 }
}
