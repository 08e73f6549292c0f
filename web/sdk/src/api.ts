import type { Mutation, RowWrite } from './protocol/messages.ts'
import type { Fields, Value } from './protocol/values.ts'

/** A row as this device sees it: what the node confirmed, with this device's unsent writes on top. Frozen. */
export interface Row {
  readonly id: string
  /** True while this device has writes to the row that the node has not answered. Not copied by `{...row}`. */
  readonly $pending: boolean
  /** True until the node has confirmed this device's rows since the start. Not copied by `{...row}`. */
  readonly $fromCache: boolean
  readonly [field: string]: Value
}

/** A function as a condition: give the same one each time (not one made while rendering), or nothing can be kept. */
export type Condition = Value | readonly Value[] | ((value: Value) => boolean)

/** Which rows, in which order. A list as condition means any of them. */
export interface Query {
  readonly where?: Readonly<Record<string, Condition | undefined>>
  /** Every word must occur in the fields declared with `search`. */
  readonly search?: string
  /** Field names; a minus in front turns the order round: `-created_at`. Default: by id, which is by age. */
  readonly sort?: string | readonly string[]
  readonly limit?: number
  /**
   * Rows to join: what each is to be called, and the field that names it, declared as `ref`. `{ product: 'product_id' }` gives each row its
   * `product`, or null while there is none; `where` and `sort` may then say `product.name`.
   */
  readonly with?: Readonly<Record<string, string>>
}

/** The field value that `mutate` replaces by the next number of the series: `B01-T2` gives `B01-T2-000417`. */
export interface ReceiptNumber {
  readonly $receipt: string
}

/** A write as the app gives it to `mutate`; a delete needs no fields. */
export interface WriteDraft {
  readonly table: string
  readonly id: string
  readonly kind: RowWrite['kind']
  readonly fields?: Readonly<Record<string, Value | ReceiptNumber>>
}

/** How a mutation is to be saved. */
export interface MutateOptions {
  /** Wait for the disk even when no written table is a document of record. */
  readonly document?: boolean
  /** The last number known to be used, by series; the next one is later than it. For a till whose browser was emptied. */
  readonly receiptSeries?: Readonly<Record<string, number>>
}

/** A mutation the node refused, whole, with the reason. It stays until it is dismissed or sent again. */
export interface RejectedMutation {
  readonly id: string
  readonly mutation: Mutation
  readonly code: string
  readonly reason: string
  readonly table?: string
  readonly field?: string
  readonly remedy?: string
  readonly rejectedAt: Date
}

/** A mutation the node applied, except where a newer value was there already and stayed. */
export interface MergedMutation {
  readonly id: string
  readonly mutation: Mutation
  /** The fields that kept the newer value, as `table.field`. */
  readonly keptFields: readonly string[]
  readonly mergedAt: Date
}

/** A mutation that waits for the node's answer. */
export interface WaitingMutation {
  readonly mutation: Mutation
  readonly queuedAt: Date
}

/**
 * How far a document of record (a sale, a payment) has come that was saved here: on this device, sent, confirmed by the node, and judged
 * by who has the last word. Times are this device's. Never stored by the app: derived from the outbox and the node's answers.
 */
export interface Progress {
  /** When it was safe on this device's disk. */
  readonly savedAt: Date
  /** When it was last put on the line; null before, and after the line was lost without an answer. */
  readonly sentAt: Date | null
  /** When the node (the branch) had confirmed it. */
  readonly confirmedAt: Date | null
  /** When head office had judged it; the same as `confirmedAt` where the node is head office itself. */
  readonly finalAt: Date | null
}

/** Why nothing goes off although the node is there: its last answer that was no answer to the mutations. */
export interface OutboxTrouble {
  readonly code: string
  readonly message: string
  readonly since: Date
}

/** What became of a journal that was taken over. */
export interface JournalImport {
  /** Mutations that wait here now and go off like those made here. */
  readonly added: number
  /** Mutations this device knows already. */
  readonly known: number
}

/** Ends what it was given for. */
export type Unsubscribe = () => void

/** What this device has not got through with: what waits, and what was refused. */
export interface Outbox {
  /** How many mutations the node has not answered. */
  readonly waiting: number
  readonly oldestAt: Date | null
  /** How many the branch has applied and head office has not judged yet; 0 where the node is head office itself. */
  readonly provisional: number
  /** What was refused, by the node or by head office after the branch had applied it. The same array until it changes. */
  readonly rejected: readonly RejectedMutation[]
  /** The latest merged ones since the start, oldest first. The same array until it changes. */
  readonly merged: readonly MergedMutation[]
  /** What keeps the queue from going off although the node answers; null when nothing does. */
  readonly trouble: OutboxTrouble | null
  entries(): readonly WaitingMutation[]
  /** How far the document has come; null when it was not saved here, or so long ago that it is no longer known. */
  progress(table: string, id: string): Progress | null
  subscribe(listener: () => void): Unsubscribe
  /** Removes a rejected mutation from this device's tray for good. */
  dismiss(id: string): Promise<void>
  /** Sends a rejected mutation again as a new one, changed or as it was. Throws `CheckError` like `mutate`. */
  resend(id: string, writes?: readonly WriteDraft[]): Promise<Mutation>
  /**
   * Gives a rejected mutation to the managers, with what the person says of it: it lies in the node's tray then, whole, and leaves this
   * device's. Throws, keeping it here, while the node cannot be reached.
   */
  handOver(id: string, note: string): Promise<void>
  /** Everything unsent and everything rejected of this person as a file: `branchline journal import` takes it, and another device does. */
  exportJournal(): Promise<Blob>
  /** Takes another device's journal over: what waited there waits here under the same ids, so that nothing is applied twice. */
  importJournal(journal: Blob): Promise<JournalImport>
}

/**
 * What the browser promises of this device's disk. `persistent`: kept until the person deletes it. `best_effort`: the browser may delete
 * everything when the disk is full. `private`: gone when the window closes. `unknown`: it does not say (no secure context).
 */
export type StorageVerdict = 'persistent' | 'best_effort' | 'private' | 'unknown'

/** What is known of this device's disk. */
export interface StorageState {
  readonly verdict: StorageVerdict
  /** Bytes, as the browser estimates them; null where it does not. */
  readonly usage: number | null
  readonly quota: number | null
  /** True after the disk was full: what can be read again is kept in memory only. Documents and the outbox are never given up. */
  readonly isFull: boolean
  /** True when another tab runs a newer version that needs this one to be loaded again. */
  readonly isOutdated: boolean
}

/** This device's disk, as far as the browser tells. */
export interface DeviceStorage {
  /** The same object until it changes. */
  readonly state: StorageState
  /** Asks the browser to keep the data; call it from a click, with the reason on the screen. */
  persist(): Promise<StorageVerdict>
  subscribe(listener: () => void): Unsubscribe
}

/** Whether the node can be reached, and how. */
export type ConnectionState =
  /** `via: 'http'`: no socket could be had; changes are fetched every few seconds. */
  | { readonly kind: 'live'; readonly via: 'socket' | 'http' }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'offline'; readonly since: Date }
  | { readonly kind: 'sign_in_needed' }

/** The line to the node. */
export interface Connection {
  /** The same object until it changes. */
  readonly state: ConnectionState
  subscribe(listener: () => void): Unsubscribe
}

/** A person. */
export interface User {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly role: string
}

/** Who is signed in, and the branches they work at. */
export interface SessionState {
  readonly user: User
  readonly branches: readonly { readonly id: string; readonly [field: string]: Value }[]
}

/** Who is signed in, now and later. */
export interface Session {
  /** Who is signed in, also while offline; null when nobody is. */
  readonly current: SessionState | null
  subscribe(listener: () => void): Unsubscribe
}

/** What became of a sign-in. */
export type SignInResult =
  | { readonly kind: 'signed_in' }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  | { readonly kind: 'unreachable' }

/** What a client needs to know; nothing, where the page comes from the node. */
export interface BranchlineOptions {
  /** Where the node is. Default: the origin of the page. */
  readonly url?: string
  /** Name of the IndexedDB databases. Default `branchline`. */
  readonly name?: string
  /** A bearer token, where there are no cookies. */
  readonly token?: string
}

export type { Fields, Mutation, RowWrite, Value }
