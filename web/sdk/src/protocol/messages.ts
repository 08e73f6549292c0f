import type { StorageVerdict } from '../api.ts'
import type { Fields, JsonValue } from './values.ts'

/** What a write does to its row. */
export type WriteKind = 'insert' | 'update' | 'delete'

/** One row's part of a mutation. An update carries only the fields it changes; a delete carries none. */
export interface RowWrite {
  readonly table: string
  readonly id: string
  readonly kind: WriteKind
  readonly fields: Fields
}

/** An atomic set of row writes that this device asks for. Sent until answered, applied once. */
export interface Mutation {
  readonly device: string
  /** Counts from 1 without gaps per device. */
  readonly n: number
  readonly id: string
  /** The stamp. */
  readonly at: string
  /** A cursor held when the mutation was made, or null when nothing was read yet. */
  readonly base: string | null
  readonly writes: readonly RowWrite[]
}

/** What became of a mutation. These four are all there is. */
export type OutcomeResult =
  | { readonly kind: 'applied' | 'already_applied'; readonly seq: number }
  | { readonly kind: 'merged'; readonly seq: number; readonly keptFields: readonly string[] }
  | Rejection

export interface Rejection {
  readonly kind: 'rejected'
  readonly code: string
  readonly reason: string
  readonly table?: string
  readonly field?: string
  readonly remedy?: string
}

export type MutationOutcome = OutcomeResult & {
  readonly n: number
  readonly id: string
  readonly restamped?: Restamping
}

/** The stamp that a device claimed with a clock far ahead, and the node's own that counts in its place. */
export interface Restamping {
  readonly claimed: string
  readonly taken: string
}

/** One committed row write, as it reaches a scope. */
export interface Change {
  readonly seq: number
  readonly table: string
  readonly id: string
  readonly kind: 'set' | 'enter' | 'leave' | 'delete'
  readonly fields: Fields
  readonly at: string
  readonly device: string
  readonly n: number
}

export type ResetReason = 'new' | 'epoch_changed' | 'access_changed' | 'ahead' | 'expired'

/** A piece of a scope's feed, or the news that the scope starts again or is no longer held. */
export type Page =
  | {
      readonly kind: 'changes'
      readonly scope: string
      readonly from: string
      readonly to: string
      readonly more: boolean
      /** Of the scope's rows once the page is applied; only on the page that reaches the end. */
      readonly checksum?: string
      readonly changes: readonly Change[]
    }
  | { readonly kind: 'reset'; readonly scope: string; readonly reset: ResetReason }
  | { readonly kind: 'revoked'; readonly scope: string }

/** Scope to cursor; null asks for the scope from its beginning. */
export type Cursors = Readonly<Record<string, string | null>>

export interface PushRequest {
  readonly incarnation: string | null
  readonly mutations: readonly Mutation[]
}

export interface PushReply {
  readonly incarnation: string
  /** The life of the log that these were written to: once the node names another, it may have lost them. */
  readonly epoch: string
  readonly outcomes: readonly MutationOutcome[]
  readonly time: string
}

export interface PullRequest {
  readonly device: string
  readonly cursors: Cursors
  readonly limit: number
  /** How far the last word was heard, as the node said last. */
  readonly heard?: string
  /** Ids that the device had before, the newest first, at most 8: what was said of those is its own, too. */
  readonly formers?: readonly string[]
  /** What the browser promises of the device's disk. */
  readonly storage?: StorageVerdict
}

/** Where the node stands: the answer to hello, and the head of every pull. */
export interface Standing {
  readonly scopes: readonly string[]
  readonly epoch: string
  readonly schema: string
  readonly lastN: number
  readonly time: string
  /** Absent where no master is above the node: its own outcomes are final. */
  readonly lastWord?: LastWord
}

/**
 * What head office said of this device's mutations, which is final; a branch's own outcomes are provisional. Up to `n` none that the
 * node answered for waits for it.
 */
export interface LastWord {
  readonly n: number
  /** Those that the branch had applied and head office refused. */
  readonly refused: readonly RefusedMutation[]
  readonly heard: string
}

export interface RefusedMutation {
  readonly mutation: Mutation
  readonly outcome: MutationOutcome
  readonly at: string
}

export interface PullReply extends Standing {
  readonly pages: readonly Page[]
}

export interface SnapshotPart {
  readonly table: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly JsonValue[])[]
}

export interface SnapshotChunk {
  readonly scope: string
  readonly cursor: string
  readonly parts: readonly SnapshotPart[]
  readonly next: string | null
}

/** The rows of a table whose ids come after one up to another; null is without end. */
export interface CompareRange {
  readonly table: string
  readonly after: string | null
  readonly to: string | null
  readonly checksum: string
  /** The checksum of each row: then those that differ are answered. */
  readonly rows?: Readonly<Record<string, string>>
}

export interface CompareRequest {
  readonly scope: string
  readonly ranges: readonly CompareRange[]
}

export interface ComparedRange {
  readonly table: string
  readonly after: string | null
  readonly to: string | null
  readonly same: boolean
  readonly count?: number
  /** Ids to divide it by; absent when its rows should be sent. */
  readonly splits?: readonly string[]
  readonly part?: SnapshotPart
  readonly gone?: readonly string[]
}

export interface CompareReply {
  readonly scope: string
  readonly cursor: string
  readonly ranges: readonly ComparedRange[]
}

/** A push that was refused as a whole; nothing of it was applied. */
export interface Refusal {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly isTransient: boolean
  readonly expected?: number
  /** The field at fault, and what would be right. */
  readonly field?: string
  readonly remedy?: string
}

export type DeviceFrame =
  | {
      readonly type: 'hello'
      readonly device: string
      readonly cursors: Cursors
      readonly heard?: string
      readonly formers?: readonly string[]
      readonly storage?: StorageVerdict
    }
  | ({ readonly type: 'push'; readonly id: number } & PushRequest)
  | { readonly type: 'ping' }

export type NodeFrame =
  | ({ readonly type: 'welcome' } & Standing)
  | { readonly type: 'page'; readonly page: Page }
  | ({ readonly type: 'pushed'; readonly id: number } & PushReply)
  | ({ readonly type: 'refused'; readonly id: number } & Refusal)
  | { readonly type: 'pong'; readonly time: string }
  | ({ readonly type: 'last_word' } & LastWord)
  | { readonly type: 'error'; readonly code: string; readonly message: string; readonly isTransient: boolean }
