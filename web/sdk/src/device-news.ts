import type { MergedMutation, OutboxTrouble } from './api.ts'
import type { CompiledSchema } from './protocol/schema.ts'
import type { ProgressRecord } from './store/databases.ts'
import type { RowsChange, ScopeStep } from './store/replica-store.ts'

/** What a tab tells the others after it wrote to the disk they share. */
export type DeviceNews =
  | { readonly kind: 'rows'; readonly change: RowsChange; readonly step: ScopeStep }
  | { readonly kind: 'outbox' }
  | { readonly kind: 'merged'; readonly merged: readonly MergedMutation[] }
  | { readonly kind: 'progress'; readonly records: readonly ProgressRecord[] }
  | { readonly kind: 'line'; readonly ids: readonly string[]; readonly sentAt: number | null }
  | { readonly kind: 'trouble'; readonly trouble: OutboxTrouble | null }
  | { readonly kind: 'schema'; readonly schema: CompiledSchema }
  /** The disk is full: these scopes are kept in memory only. */
  | { readonly kind: 'full'; readonly scopes: readonly string[] }
