import type { StorageVerdict } from '@branchline/client'
import type { Write } from '../shop/writes.ts'

/** What the node tells administrators of its masters, branches and devices, as it stands on the wire. */
export interface Lane {
  readonly name: string
  readonly pending: number
  readonly held: number
  readonly oldest: string | null
  readonly isPaused: boolean
}

export interface OwnRound {
  readonly id: string
  readonly startedAt: string
  readonly milliseconds: number
  readonly applied: number
  readonly merged: number
  readonly refused: number
  readonly changes: number
  readonly rows: number
  readonly repaired: number
  readonly errors: Readonly<Record<string, string>>
}

export interface ReportedRound {
  readonly id: string
  readonly startedAt: string
  readonly milliseconds: number
  readonly up: number
  readonly refused: number
  readonly down: number
  readonly repaired: number
  readonly error: string | null
}

export interface Master {
  readonly name: string
  readonly url: string
  readonly status: 'success' | 'failed' | 'never'
  readonly lastSyncedAt: string | null
  readonly lastError: string | null
  readonly retryCount: number
  readonly isLoaded: boolean
  readonly nextRoundAt: string | null
  readonly skewSeconds: number | null
  readonly lanes: readonly Lane[]
  readonly rounds: readonly OwnRound[]
}

export interface Report {
  readonly at: string
  readonly version: string
  readonly hasSameSchema: boolean
  readonly host: string | null
  readonly skewSeconds: number
  readonly pendingUp: number
  readonly heldUp: number
  readonly oldestUp: string | null
  readonly lanes: readonly Lane[]
  readonly errors: Readonly<Record<string, string>>
  readonly failures: number
  readonly sockets: number
  readonly devices: number
  readonly diskFree: number | null
  readonly rounds: readonly ReportedRound[]
}

export interface Link {
  readonly id: string
  readonly name: string
  readonly state: 'joined' | 'locked_out' | 'invited' | 'expired' | 'removed'
  readonly contact: Contact
  /** Neither node has the last word. */
  readonly equal: boolean
  readonly joinedAt: string | null
  readonly seenAt: string | null
  readonly behind: number | null
  readonly lagSeconds: number | null
  readonly refusal: { readonly code: string; readonly at: string } | null
  readonly isFloorHolder: boolean
  readonly report: Report | null
  readonly token?: string
}

export type Contact = 'live' | 'late' | 'none'

export interface Device {
  readonly id: string
  readonly userName: string | null
  readonly seenAt: string
  readonly isLive: boolean
  readonly behind: number | null
  readonly isFloorHolder: boolean
  /** What it said of its disk; null when it says nothing. */
  readonly storage: StorageVerdict | null
}

export interface Alert {
  readonly kind: string
  readonly subject: string
  readonly name: string
  readonly text: string
  readonly since: string
}

export interface TreeNode {
  readonly name: string
  readonly state: string
  readonly contact: Contact
  readonly seenAt: string | null
  readonly behind: number | null
  readonly cut: 'ring' | 'depth' | 'count' | null
  readonly node: string | null
  readonly pendingUp: number | null
  readonly branches: readonly TreeNode[]
}

export interface FloorHolder {
  readonly holder: string
  readonly name: string | null
  readonly seq: number
  readonly until: string | null
}

export interface SyncStatus {
  readonly time: string
  readonly head: number
  readonly node: {
    readonly version: string
    readonly host: string
    readonly sockets: number
    readonly disk: { readonly free: number; readonly total: number } | null
  }
  readonly schedule: { readonly enabled: boolean; readonly intervalSeconds: number }
  readonly masters: readonly Master[]
  readonly branches: readonly Link[]
  readonly devices: readonly Device[]
  readonly floor: { readonly seq: number; readonly changes: number; readonly holders: readonly FloorHolder[] }
  readonly alerts: readonly Alert[]
  readonly alertWebhook: { readonly waiting: number; readonly failure: string | null } | null
  readonly topology: TreeNode
}

export interface DryRun {
  readonly master: string
  readonly up: readonly {
    readonly lane: string
    readonly table: string
    readonly kind: string
    readonly outcome: string
    readonly count: number
  }[]
}

interface Who {
  readonly id: string
  readonly name: string | null
}

export interface Side {
  readonly value: unknown
  readonly at: string | null
  readonly device: string | null
  readonly user: Who | null
}

export interface Conflict {
  readonly id: number
  readonly state: 'open' | 'settled' | 'undone' | 'chosen'
  readonly table: string
  readonly row: string
  readonly field: string
  readonly policy: string
  readonly kept: Side
  readonly lost: Side
  readonly foundAt: string
  readonly settled?: { readonly how: string; readonly by: Who | null; readonly at: string }
}

export interface ConflictPage {
  readonly conflicts: readonly Conflict[]
  readonly next: number | null
}

export interface TrayEntry {
  readonly id: number
  readonly state: string
  readonly code: string
  readonly reason: string
  readonly table?: string
  readonly field?: string
  readonly remedy?: string
  readonly device: string
  readonly user: Who | null
  readonly madeAt: string
  readonly tables: readonly string[]
  readonly attempts: number
  readonly payload?: { readonly writes: readonly Write[] }
  readonly history?: readonly TrayStep[]
}

/** What somebody did about an entry, and what they said. */
export interface TrayStep {
  readonly action: string
  readonly by: Who | null
  readonly at: string
  readonly why?: string
}

export interface TrayPage {
  readonly entries: readonly TrayEntry[]
  readonly next: number | null
}

export interface Resent {
  readonly outcome: { readonly kind: string; readonly code?: string; readonly reason?: string }
}
