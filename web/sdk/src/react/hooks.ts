import { useCallback, useSyncExternalStore } from 'react'
import type {
  ConnectionState,
  MergedMutation,
  MutateOptions,
  Mutation,
  Outbox,
  OutboxTrouble,
  Progress,
  Query,
  RejectedMutation,
  SessionState,
  StorageState,
  Unsubscribe,
} from '../api.ts'
import { nobody, type PresenceMember } from '../presence/room.ts'
import type { CompiledSchema } from '../protocol/schema.ts'
import type { Draft, Found, Joins, NoJoins, QueryOf, RowOf, TableName } from '../typed.ts'
import { useBranchline } from './provider.ts'
import { type Rows, useRows, useWatch } from './rows.ts'

// On a server, and while its page is taken over, nobody is signed in and nothing is read yet.
const connecting: ConnectionState = Object.freeze({ kind: 'connecting' })
const unknownStorage: StorageState = Object.freeze({
  verdict: 'unknown',
  usage: null,
  quota: null,
  isFull: false,
  isOutdated: false,
})
const nothing: readonly never[] = Object.freeze([])

/** The rows a query names. `loading` is true until the device has read everything once: an empty list then means nothing. */
export function useTable<T extends TableName, const W extends Joins<T> = NoJoins>(
  table: T,
  query?: QueryOf<T, W>,
): Rows<Found<T, W>> {
  return useRows(table, query as Query | undefined) as Rows<unknown> as Rows<Found<T, W>>
}

/** One row; undefined while there is none. */
export function useRow<T extends TableName>(table: T, id: string): RowOf<T> | undefined {
  const client = useBranchline()
  return useSyncExternalStore<RowOf<T> | undefined>(
    useWatch(client, table),
    () => client.row(table, id),
    () => undefined,
  )
}

/** What the node declares; null until it was read for the first time. */
export function useSchema(): CompiledSchema | null {
  const client = useBranchline()
  return useSyncExternalStore(
    useWatch(client, ''),
    () => client.schema,
    () => null,
  )
}

/** Saves writes as one mutation; resolves when it is on disk. */
export function useMutate(): (writes: readonly Draft[], options?: MutateOptions) => Promise<Mutation> {
  const client = useBranchline()
  return useCallback((writes, options) => client.mutate(writes, options), [client])
}

/** Whether the node can be reached. */
export function useConnection(): ConnectionState {
  const { connection } = useBranchline()
  const subscribe = useSubscribe(connection)
  return useSyncExternalStore(
    subscribe,
    () => connection.state,
    () => connecting,
  )
}

/** Whether everything has been read from the node since the start; before, rows are from this device's memory. */
export function useConfirmed(): boolean {
  const client = useBranchline()
  return useSyncExternalStore(
    useWatch(client, ''),
    () => client.isConfirmed,
    () => false,
  )
}

/** What the outbox shows. */
export interface OutboxState {
  /** How many mutations the node has not answered. */
  readonly waiting: number
  readonly oldestAt: Date | null
  /** How many the branch has applied and head office has not judged yet. */
  readonly provisional: number
  readonly rejected: readonly RejectedMutation[]
  readonly merged: readonly MergedMutation[]
  /** Why nothing goes off although the node answers. */
  readonly trouble: OutboxTrouble | null
}

/** How much waits for the node, since when, what it refused, what gave way to newer values, and what keeps the rest from going. */
export function useOutbox(): OutboxState {
  const { outbox } = useBranchline()
  return {
    waiting: useOf(outbox, 'waiting', 0),
    oldestAt: useOf(outbox, 'oldestAt', null),
    provisional: useOf(outbox, 'provisional', 0),
    rejected: useOf(outbox, 'rejected', nothing),
    merged: useOf(outbox, 'merged', nothing),
    trouble: useOf(outbox, 'trouble', null),
  }
}

function useOf<K extends keyof OutboxState>(outbox: Outbox, part: K, before: OutboxState[K]): OutboxState[K] {
  return useSyncExternalStore<OutboxState[K]>(
    useSubscribe(outbox),
    () => outbox[part],
    () => before,
  )
}

/** How far a document saved on this device has come; null when it was not, or is no longer known. */
export function useProgress(table: TableName, id: string): Progress | null {
  const { outbox } = useBranchline()
  return useSyncExternalStore(
    useSubscribe(outbox),
    () => outbox.progress(table, id),
    () => null,
  )
}

/** What the browser promises of this device's disk. */
export function useStorage(): StorageState {
  const { storage } = useBranchline()
  return useSyncExternalStore(
    useSubscribe(storage),
    () => storage.state,
    () => unknownStorage,
  )
}

/** Who is in a presence channel, oneself too; the person is in it for as long as the component is there. Null is no channel. */
export function usePresence(channel: string | null): readonly PresenceMember[] {
  const { presence } = useBranchline()
  const subscribe = useCallback(
    (listener: () => void) => (channel === null ? () => {} : presence.watch(channel, listener)),
    [presence, channel],
  )
  return useSyncExternalStore(
    subscribe,
    () => (channel === null ? nobody : presence.members(channel)),
    () => nobody,
  )
}

/** Who is signed in. */
export function useSession(): SessionState | null {
  const { session } = useBranchline()
  return useSyncExternalStore(
    useSubscribe(session),
    () => session.current,
    () => null,
  )
}

function useSubscribe(source: {
  subscribe(listener: () => void): Unsubscribe
}): (listener: () => void) => Unsubscribe {
  return useCallback((listener) => source.subscribe(listener), [source])
}
