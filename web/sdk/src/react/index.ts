export { type BoardFilter, useRealtimeOrders, useRealtimeRegistrations } from './boards.ts'
export {
  useConfirmed,
  useConnection,
  useMutate,
  useOutbox,
  usePresence,
  useRow,
  useSchema,
  useSession,
  useTable,
} from './hooks.ts'
export { BranchlineProvider, useBranchline } from './provider.ts'
