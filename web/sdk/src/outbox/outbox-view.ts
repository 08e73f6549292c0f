import type {
  JournalImport,
  MergedMutation,
  Mutation,
  Outbox,
  OutboxTrouble,
  Progress,
  RejectedMutation,
  Unsubscribe,
  WaitingMutation,
  WriteDraft,
} from '../api.ts'
import { Listeners } from '../listeners.ts'
import type { OutboxEntry } from '../store/databases.ts'

/** What the view asks of the client. */
export interface OutboxActions {
  dismiss(id: string): Promise<void>
  resend(rejected: RejectedMutation, writes: readonly WriteDraft[]): Promise<Mutation>
  handOver(rejected: RejectedMutation, note: string): Promise<void>
  exportJournal(): Promise<Blob>
  importJournal(journal: Blob): Promise<JournalImport>
}

/** How the outbox of the signed-in person stands. */
export interface OutboxStanding {
  readonly entries: readonly OutboxEntry[]
  readonly tray: readonly RejectedMutation[]
  readonly merged: readonly MergedMutation[]
  readonly provisional: number
  readonly trouble: OutboxTrouble | null
  progress(table: string, id: string): Progress | null
}

const nothing: readonly RejectedMutation[] = Object.freeze([])

/** The outbox and the tray as the app sees them. */
export class OutboxView implements Outbox {
  readonly #actions: OutboxActions
  readonly #listeners = new Listeners()
  #waiting: readonly OutboxEntry[] = []
  #rejected: readonly RejectedMutation[] = nothing
  #merged: readonly MergedMutation[] = []
  #oldestAt: Date | null = null
  #standing: OutboxStanding | null = null

  constructor(actions: OutboxActions) {
    this.#actions = actions
  }

  get waiting(): number {
    return this.#waiting.length
  }

  get oldestAt(): Date | null {
    return this.#oldestAt
  }

  get provisional(): number {
    return this.#standing?.provisional ?? 0
  }

  get trouble(): OutboxTrouble | null {
    return this.#standing?.trouble ?? null
  }

  progress(table: string, id: string): Progress | null {
    return this.#standing?.progress(table, id) ?? null
  }

  get rejected(): readonly RejectedMutation[] {
    return this.#rejected
  }

  get merged(): readonly MergedMutation[] {
    return this.#merged
  }

  entries(): readonly WaitingMutation[] {
    return this.#waiting.map(({ mutation, queuedAt }) => ({ mutation, queuedAt: new Date(queuedAt) }))
  }

  subscribe(listener: () => void): Unsubscribe {
    return this.#listeners.add(listener)
  }

  dismiss(id: string): Promise<void> {
    return this.#actions.dismiss(id)
  }

  async resend(id: string, writes?: readonly WriteDraft[]): Promise<Mutation> {
    const rejected = this.#find(id)
    return this.#actions.resend(rejected, writes ?? rejected.mutation.writes)
  }

  async handOver(id: string, note: string): Promise<void> {
    await this.#actions.handOver(this.#find(id), note)
  }

  exportJournal(): Promise<Blob> {
    return this.#actions.exportJournal()
  }

  importJournal(journal: Blob): Promise<JournalImport> {
    return this.#actions.importJournal(journal)
  }

  /** Shows how things stand; null: nobody is signed in. */
  show(standing: OutboxStanding | null): void {
    this.#standing = standing
    this.#merged = standing?.merged ?? []
    this.#waiting = (standing?.entries ?? []).filter((entry) => entry.state === 'waiting')
    const oldest = this.#waiting[0]?.queuedAt
    if (oldest !== this.#oldestAt?.getTime()) this.#oldestAt = oldest === undefined ? null : new Date(oldest)
    const tray = standing?.tray ?? nothing
    const isSame =
      tray.length === this.#rejected.length && tray.every((one, i) => one.id === this.#rejected[i]?.id)
    if (!isSame) this.#rejected = tray.length === 0 ? nothing : Object.freeze([...tray])
    this.#listeners.tell()
  }

  #find(id: string): RejectedMutation {
    const rejected = this.#rejected.find((one) => one.id === id)
    if (rejected === undefined) throw new Error(`There is no rejected mutation ${id}`)
    return rejected
  }
}
