export { type BoardFilter, useRealtimeOrders, useRealtimeRegistrations } from './boards.ts'
export { useConnection, useMutate, useOutbox, useRow, useSchema, useSession, useTable } from './hooks.ts'
export { BranchlineProvider, useBranchline } from './provider.ts'
