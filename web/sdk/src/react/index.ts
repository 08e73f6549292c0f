export { type BoardFilter, useRealtimeOrders, useRealtimeRegistrations } from './boards.ts'
export { type Comments, useComments } from './comments.ts'
export {
  type OutboxState,
  useConfirmed,
  useConnection,
  useMutate,
  useOutbox,
  usePresence,
  useProgress,
  useRow,
  useSchema,
  useSession,
  useStorage,
  useTable,
} from './hooks.ts'
export { BranchlineProvider, useBranchline } from './provider.ts'
export type { Rows } from './rows.ts'
