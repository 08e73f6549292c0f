import { useCallback } from 'react'
import type { Mutation, Query, Row } from '../api.ts'
import { useBranchline } from './provider.ts'
import { useRows } from './rows.ts'

/** Which cards a board shows: any of the statuses, of one branch. */
export interface BoardFilter {
  readonly status?: readonly string[]
  readonly branch?: string
}

type Move = (id: string, to: string) => Promise<Mutation>

/** Orders, newest first, changing by themselves; `move` takes one along its workflow. */
export function useRealtimeOrders(filter?: BoardFilter): {
  readonly orders: readonly Row[]
  readonly loading: boolean
  readonly move: Move
} {
  const { rows, loading } = useRows('orders', boardQuery(filter))
  return { orders: rows, loading, move: useMove('orders') }
}

/** Registrations, newest first, changing by themselves; `move` takes one along its workflow. */
export function useRealtimeRegistrations(filter?: BoardFilter): {
  readonly registrations: readonly Row[]
  readonly loading: boolean
  readonly move: Move
} {
  const { rows, loading } = useRows('registrations', boardQuery(filter))
  return { registrations: rows, loading, move: useMove('registrations') }
}

function boardQuery(filter: BoardFilter = {}): Query {
  return { where: { status: filter.status, branch_id: filter.branch }, sort: '-created_at' }
}

function useMove(table: string): Move {
  const client = useBranchline()
  return useCallback(
    (id, to) => {
      const field = client.schema?.tables[table]?.workflow?.field ?? 'status'
      return client.mutate([{ table, id, kind: 'update', fields: { [field]: to } }] as never)
    },
    [client, table],
  )
}
