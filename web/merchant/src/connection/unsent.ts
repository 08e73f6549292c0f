import type { Mutation, OutboxTrouble } from '@branchline/client'
import { useBranchline, useOutbox } from '@branchline/client/react'
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

/** What keeps the queue from going off although the server answers. */
export function useTrouble(): OutboxTrouble | null {
  const { outbox } = useBranchline()
  const subscribe = useCallback((listener: () => void) => outbox.subscribe(listener), [outbox])
  return useSyncExternalStore(subscribe, () => outbox.trouble)
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
