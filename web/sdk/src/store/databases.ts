import type { DBSchema } from 'idb'
import type { RejectedMutation, SessionState } from '../api.ts'
import type { LogicalTime } from '../clock.ts'
import type { Mutation } from '../protocol/messages.ts'
import type { CompiledSchema } from '../protocol/schema.ts'
import type { Fields } from '../protocol/values.ts'
import { KeptDatabase } from './kept-database.ts'
import type { StoredPack } from './packs.ts'

/** A row as the node confirmed it. */
export interface StoredRow {
  readonly table: string
  readonly id: string
  /** Null when the scope was revoked and the row only waits for the answer to its pending writes. */
  readonly scope: string | null
  /** Number of the last change read into it; -1 for a row from before a reset that no snapshot has confirmed. */
  readonly seq: number
  /** The last of this device's own mutations that is in it. */
  readonly mine?: { readonly device: string; readonly n: number }
  readonly fields: Fields
}

/**
 * How far a scope was read. Until its snapshot is complete `cursor` is null and `snapshot` says how far that came. `expired`: its
 * rows are old, but of this life of the log, so only what differs is fetched.
 */
export interface StoredScope {
  readonly scope: string
  readonly cursor: string | null
  readonly snapshot?: { readonly cursor: string; readonly next: string }
  readonly expired?: true
  /** The latest time read in a stamp of others: the clock goes on after it. */
  readonly seen?: LogicalTime
}

/** A mutation in the outbox. `answered` ones are not sent again; they lie on the rows until the changes are read. */
export interface OutboxEntry {
  /** Given by IndexedDB; never renumbered. */
  readonly order: number
  readonly user: string
  readonly state: 'waiting' | 'answered'
  readonly queuedAt: number
  readonly mutation: Mutation
}

/** This browser profile as a device of one user. */
export interface DeviceRecord {
  readonly user: string
  readonly device: string
  /** The last number given. */
  readonly n: number
  readonly incarnation: string | null
  /** The last stamp's time: the next one is later. */
  readonly clock: LogicalTime
  /** The last number the node has answered for, and the life of its log in which it did. */
  readonly answered?: { readonly epoch: string; readonly n: number }
  /** Up to which number head office has judged them, and how far its word was heard; absent where the node has the last word itself. */
  readonly final?: { readonly n: number; readonly heard: string; readonly refused?: readonly string[] }
  /** The ids that it had before, the newest first. */
  readonly formers?: readonly string[]
}

/** How far one mutation has come; the last ones are kept. */
export interface ProgressRecord {
  /** The mutation's id. */
  readonly id: string
  readonly user: string
  /** Under which id and number it was last sent. */
  readonly device: string
  readonly n: number
  /** The documents of record it makes, as `table/id`. */
  readonly documents: readonly string[]
  readonly savedAt: number
  readonly sentAt?: number
  readonly confirmedAt?: number
  readonly finalAt?: number
}

export interface TrayEntry extends RejectedMutation {
  readonly user: string
}

/** What belongs to the browser profile whoever uses it: no sign-out deletes an unsent mutation or a receipt counter. */
interface DeviceSchema extends DBSchema {
  session: { key: 'current'; value: SessionState | 'leaving' }
  devices: { key: string; value: DeviceRecord }
  outbox: { key: number; value: OutboxEntry; indexes: { user: string } }
  /** Done with; kept for a node that is put back to an older copy and has lost them. */
  sent: { key: number; value: OutboxEntry; indexes: { user: string } }
  tray: { key: string; value: TrayEntry; indexes: { user: string } }
  progress: { key: string; value: ProgressRecord; indexes: { user: string } }
  receipts: { key: string; value: number }
  /** Which tab leads, where the browser has no locks. */
  leases: { key: string; value: string }
  reserve: { key: 'room'; value: Uint8Array<ArrayBuffer> }
}

/** In place of a row that is in a pack and no more. */
export interface GoneRow {
  readonly table: string
  readonly id: string
  readonly isGone: true
}

/** What one user may see. */
interface ReplicaSchema extends DBSchema {
  rows: { key: [string, string]; value: StoredRow | GoneRow }
  packs: { key: number; value: StoredPack }
  scopes: { key: string; value: StoredScope }
  schema: { key: 'current'; value: CompiledSchema }
}

export type DeviceDatabase = KeptDatabase<DeviceSchema>
export type ReplicaDatabase = KeptDatabase<ReplicaSchema>

export function openDeviceDatabase(name: string): Promise<DeviceDatabase> {
  return KeptDatabase.open<DeviceSchema>({
    name,
    version: 3,
    upgrade(db, from) {
      if (from < 1) {
        db.createObjectStore('session')
        db.createObjectStore('devices', { keyPath: 'user' })
        db.createObjectStore('outbox', { keyPath: 'order', autoIncrement: true }).createIndex('user', 'user')
        db.createObjectStore('tray', { keyPath: 'id' }).createIndex('user', 'user')
        db.createObjectStore('receipts')
      }
      if (from < 2) db.createObjectStore('sent', { keyPath: 'order' }).createIndex('user', 'user')
      if (from < 3) {
        db.createObjectStore('progress', { keyPath: 'id' }).createIndex('user', 'user')
        db.createObjectStore('leases')
        db.createObjectStore('reserve')
      }
    },
  })
}

export function openReplicaDatabase(name: string, user: string): Promise<ReplicaDatabase> {
  return KeptDatabase.open<ReplicaSchema>({
    name: `${name}:${user}`,
    version: 2,
    upgrade(db, from) {
      if (from < 1) {
        db.createObjectStore('rows', { keyPath: ['table', 'id'] })
        db.createObjectStore('scopes', { keyPath: 'scope' })
        db.createObjectStore('schema')
      }
      if (from < 2) db.createObjectStore('packs', { keyPath: 'order', autoIncrement: true })
    },
  })
}
