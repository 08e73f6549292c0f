export { type BoardFilter, useRealtimeOrders, useRealtimeRegistrations } from './boards.ts'
export {
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
