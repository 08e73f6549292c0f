import type {
  MergedMutation,
  Mutation,
  Outbox,
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
  #provisional = 0

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
    return this.#provisional
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
    const rejected = this.#rejected.find((one) => one.id === id)
    if (rejected === undefined) throw new Error(`There is no rejected mutation ${id}`)
    return this.#actions.resend(rejected, writes ?? rejected.mutation.writes)
  }

  show(
    entries: readonly OutboxEntry[],
    tray: readonly RejectedMutation[],
    merged: readonly MergedMutation[],
    provisional: number,
  ): void {
    this.#merged = merged
    this.#provisional = provisional
    this.#waiting = entries.filter((entry) => entry.state === 'waiting')
    const oldest = this.#waiting[0]?.queuedAt
    if (oldest !== this.#oldestAt?.getTime()) this.#oldestAt = oldest === undefined ? null : new Date(oldest)
    const isSame =
      tray.length === this.#rejected.length && tray.every((one, i) => one.id === this.#rejected[i]?.id)
    if (!isSame) this.#rejected = tray.length === 0 ? nothing : Object.freeze([...tray])
    this.#listeners.tell()
  }
}
