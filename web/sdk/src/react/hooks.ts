import { useCallback, useSyncExternalStore } from 'react'
import type {
  ConnectionState,
  MergedMutation,
  MutateOptions,
  Mutation,
  Progress,
  Query,
  RejectedMutation,
  Row,
  SessionState,
  StorageState,
  WriteDraft,
} from '../api.ts'
import { nobody, type PresenceMember } from '../presence/room.ts'
import type { CompiledSchema } from '../protocol/schema.ts'
import { useBranchline } from './provider.ts'

/** The rows a query names. `loading` is true until the device has read everything once: an empty list then means nothing. */
export function useTable(
  table: string,
  query?: Query,
): { readonly rows: readonly Row[]; readonly loading: boolean } {
  const client = useBranchline()
  const subscribe = useCallback((listener: () => void) => client.watch(table, listener), [client, table])
  const rows = useSyncExternalStore(subscribe, () => client.rows(table, query))
  const loading = useSyncExternalStore(subscribe, () => !client.isLoaded)
  return { rows, loading: loading && rows.length === 0 }
}

/** One row; undefined while there is none. */
export function useRow(table: string, id: string): Row | undefined {
  const client = useBranchline()
  const subscribe = useCallback((listener: () => void) => client.watch(table, listener), [client, table])
  return useSyncExternalStore(subscribe, () => client.row(table, id))
}

/** What the node declares; null until it was read for the first time. */
export function useSchema(): CompiledSchema | null {
  const client = useBranchline()
  // Whoever watches any table is told when the schema comes; this one watches none.
  const subscribe = useCallback((listener: () => void) => client.watch('', listener), [client])
  return useSyncExternalStore(subscribe, () => client.schema)
}

/** Saves writes as one mutation; resolves when it is on disk. */
export function useMutate(): (writes: readonly WriteDraft[], options?: MutateOptions) => Promise<Mutation> {
  const client = useBranchline()
  return useCallback((writes, options) => client.mutate(writes, options), [client])
}

/** Whether the node can be reached. */
export function useConnection(): ConnectionState {
  const { connection } = useBranchline()
  const subscribe = useCallback((listener: () => void) => connection.subscribe(listener), [connection])
  return useSyncExternalStore(subscribe, () => connection.state)
}

/** Whether everything has been read from the node since the start; before, rows are from this device's memory. */
export function useConfirmed(): boolean {
  const client = useBranchline()
  // Whoever watches any table is told; this one watches none.
  const subscribe = useCallback((listener: () => void) => client.watch('', listener), [client])
  return useSyncExternalStore(subscribe, () => client.isConfirmed)
}

/** How much waits for the node, since when, what it refused, and what gave way to newer values. */
export function useOutbox(): {
  readonly waiting: number
  readonly oldestAt: Date | null
  readonly rejected: readonly RejectedMutation[]
  readonly merged: readonly MergedMutation[]
} {
  const { outbox } = useBranchline()
  const subscribe = useCallback((listener: () => void) => outbox.subscribe(listener), [outbox])
  const waiting = useSyncExternalStore(subscribe, () => outbox.waiting)
  const oldestAt = useSyncExternalStore(subscribe, () => outbox.oldestAt)
  const rejected = useSyncExternalStore(subscribe, () => outbox.rejected)
  const merged = useSyncExternalStore(subscribe, () => outbox.merged)
  return { waiting, oldestAt, rejected, merged }
}

/** How far a document saved on this device has come; null when it was not, or is no longer known. */
export function useProgress(table: string, id: string): Progress | null {
  const { outbox } = useBranchline()
  const subscribe = useCallback((listener: () => void) => outbox.subscribe(listener), [outbox])
  return useSyncExternalStore(subscribe, () => outbox.progress(table, id))
}

/** What the browser promises of this device's disk. */
export function useStorage(): StorageState {
  const { storage } = useBranchline()
  const subscribe = useCallback((listener: () => void) => storage.subscribe(listener), [storage])
  return useSyncExternalStore(subscribe, () => storage.state)
}

/** Who is in a presence channel, oneself too; the person is in it for as long as the component is there. Null is no channel. */
export function usePresence(channel: string | null): readonly PresenceMember[] {
  const { presence } = useBranchline()
  const subscribe = useCallback(
    (listener: () => void) => (channel === null ? () => {} : presence.watch(channel, listener)),
    [presence, channel],
  )
  return useSyncExternalStore(subscribe, () => (channel === null ? nobody : presence.members(channel)))
}

/** Who is signed in. */
export function useSession(): SessionState | null {
  const { session } = useBranchline()
  const subscribe = useCallback((listener: () => void) => session.subscribe(listener), [session])
  return useSyncExternalStore(subscribe, () => session.current)
}
