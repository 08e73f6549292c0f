import type { ConnectionState, Mutation, OutboxTrouble } from '@branchline/client'
import { useBranchline, useConnection, useOutbox } from '@branchline/client/react'
import { useCallback, useSyncExternalStore } from 'react'

/** What would stay behind if the person left this device: everything that waits, and how much of it is sales. */
export interface Unsent {
  readonly changes: number
  readonly sales: number
  readonly refused: number
}

export function useUnsent(): Unsent {
  const { outbox } = useBranchline()
  const { waiting, rejected } = useOutbox()
  const sales = waiting > 0 ? outbox.entries().filter((entry) => isSale(entry.mutation)).length : 0
  return { changes: waiting, sales, refused: rejected.length }
}

/**
 * What keeps the queue from going off although the server answers. Out of reach since is another thing: then nobody answers, and
 * the old answer means nothing any more.
 */
export function stuckBy(
  trouble: OutboxTrouble | null,
  connection: ConnectionState,
  waiting: number,
): OutboxTrouble | null {
  if (trouble === null || waiting === 0 || connection.kind === 'sign_in_needed') return null
  return connection.kind === 'offline' && connection.since > trouble.since ? null : trouble
}

export function useStuck(): OutboxTrouble | null {
  const { outbox } = useBranchline()
  const { waiting } = useOutbox()
  const connection = useConnection()
  const subscribe = useCallback((listener: () => void) => outbox.subscribe(listener), [outbox])
  const trouble = useSyncExternalStore(subscribe, () => outbox.trouble)
  return stuckBy(trouble, connection, waiting)
}

/** How much the branch has and head office has not confirmed. */
export function useProvisional(): number {
  const { outbox } = useBranchline()
  const subscribe = useCallback((listener: () => void) => outbox.subscribe(listener), [outbox])
  return useSyncExternalStore(subscribe, () => outbox.provisional)
}

export function isSale(mutation: Mutation): boolean {
  return mutation.writes.some((write) => write.table === 'sales' && write.kind === 'insert')
}
