import type { ConnectionState } from '../api.ts'
import type { DeviceNews } from '../device-news.ts'
import { Pause } from '../live/wait.ts'
import type { PresenceMember } from '../presence/room.ts'
import type { DeviceDatabase } from '../store/databases.ts'
import { LeaseSeat } from './lease-seat.ts'
import { Roster } from './roster.ts'
import { LockSeat, type Seat } from './seat.ts'

/** What tabs of a profile tell each other. */
export type TabNews =
  | DeviceNews
  | {
      readonly kind: 'connection'
      readonly state: ConnectionState
      readonly isConfirmed: boolean
      /** The clock is set by the leader, who asks the node. */
      readonly clockOffset: number
    }
  /** A tab is there and wants to know how things stand. */
  | { readonly kind: 'hello'; readonly tab: string }
  | { readonly kind: 'bye'; readonly tab: string }
  /** This tab leads from here on. */
  | { readonly kind: 'leading'; readonly tab: string }
  /** Is the leader alive? */
  | { readonly kind: 'ping'; readonly tab: string }
  | { readonly kind: 'pong' }
  /** The network may be back, says a tab that the person looks at. */
  | { readonly kind: 'nudge' }
  /** The presence channels that a tab watches, all of them. */
  | { readonly kind: 'look'; readonly tab: string; readonly channels: readonly string[] }
  | { readonly kind: 'members'; readonly channel: string; readonly members: readonly PresenceMember[] }

const pingEvery = 500
/** A leader that owes an answer for so long is frozen or dead. */
const answerWithin = 1_200
/** Tabs that notice at the same time do not all take its place. */
const stagger = 250

/**
 * The tabs of one browser profile that show one user. One of them leads: it alone holds the sockets, sends the outbox and sets the
 * clock. A killed leader frees its seat; one that was put to sleep gives it up, and one that answers nothing loses it.
 * ```
 * waiting ── seat free, or the leader is silent ──► leading ── frozen, or the seat taken ──► waiting
 * ```
 */
export class Tabs {
  readonly id: string
  readonly #channel: BroadcastChannel | null
  readonly #hear: (news: TabNews) => void
  readonly #seat: Seat
  readonly #closed = new AbortController()
  #leading: AbortSignal | null = null
  #yield = new AbortController()
  readonly #roster: Roster
  #isAsleep = false
  readonly #awake = new Pause()
  /** When the first question was asked that the leader has not answered. */
  #askedAt: number | null = null

  constructor(
    { name, id, db }: { readonly name: string; readonly id: string; readonly db: DeviceDatabase },
    hear: (news: TabNews) => void,
  ) {
    this.id = id
    this.#hear = hear
    this.#channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(name)
    if (this.#channel !== null) this.#channel.onmessage = (event) => this.#receive(event.data as TabNews)
    const locks = typeof navigator === 'undefined' ? undefined : (navigator as { locks?: LockManager }).locks
    this.#seat = locks === undefined ? new LeaseSeat(db, name, id) : new LockSeat(locks, name)
    this.#roster = new Roster(locks, name, (tab) => this.#hear({ kind: 'bye', tab }))
    this.#roster.stand(id, this.#closed.signal)
    this.#followSleep()
  }

  get isLeader(): boolean {
    return this.#leading !== null
  }

  post(news: TabNews): void {
    if (!this.#closed.signal.aborted) this.#channel?.postMessage(news)
  }

  /**
   * Runs `work` whenever this tab leads, until the signal is aborted; the signal that `work` gets ends with the lead. `hasWaited`:
   * another tab led before, and may have written to the disk since this one read it.
   */
  async lead(
    signal: AbortSignal,
    work: (leading: AbortSignal, hasWaited: boolean) => Promise<void>,
  ): Promise<void> {
    while (!signal.aborted) {
      if (this.#isAsleep) await this.#awake.wait(60_000, signal)
      else await this.#once(signal, work)
    }
  }

  close(): void {
    this.post({ kind: 'bye', tab: this.id })
    this.#closed.abort()
    this.#channel?.close()
  }

  async #once(
    signal: AbortSignal,
    work: (leading: AbortSignal, hasWaited: boolean) => Promise<void>,
  ): Promise<void> {
    this.#yield = new AbortController()
    const given = AbortSignal.any([signal, this.#yield.signal])
    const hold = await this.#sit(given)
    if (hold === null) return
    const leading = new AbortController()
    // The seat is free at once: whoever is put to sleep may never come to the end of this.
    const end = () => {
      leading.abort()
      hold.release()
    }
    given.addEventListener('abort', end)
    void hold.over.then(end)
    if (given.aborted) end()
    this.#leading = leading.signal
    try {
      this.post({ kind: 'leading', tab: this.id })
      if (!leading.signal.aborted) await work(leading.signal, hold.hasWaited)
    } finally {
      this.#leading = null
      given.removeEventListener('abort', end)
      hold.release()
      await hold.over
    }
  }

  /** Waits for the seat, and takes it from a leader that gives no sign of life. */
  async #sit(signal: AbortSignal): ReturnType<Seat['sit']> {
    const waiting = new AbortController()
    const isSilent = this.#watch(AbortSignal.any([signal, waiting.signal]))
    const queue = AbortSignal.any([signal, waiting.signal])
    const seat = this.#seat.sit(queue, false)
    const first = await Promise.race([seat, isSilent.then(() => 'silent' as const)])
    waiting.abort()
    const hold = first === 'silent' ? await seat : first
    if (hold !== null || signal.aborted) {
      if (hold !== null && signal.aborted) hold.release()
      return signal.aborted ? null : hold
    }
    return this.#seat.sit(signal, true)
  }

  /** Resolves when the leader does not answer. Never when aborted. */
  async #watch(signal: AbortSignal): Promise<void> {
    const pause = new Pause()
    this.#askedAt = null
    while (!signal.aborted) {
      const now = performance.now()
      if (this.#askedAt !== null && now - this.#askedAt >= answerWithin) {
        await pause.wait(stagger * Math.random(), signal)
        if (this.#askedAt !== null && !signal.aborted) return
      }
      this.#askedAt ??= now
      this.post({ kind: 'ping', tab: this.id })
      await pause.wait(pingEvery, signal)
    }
    await new Promise(() => {})
  }

  #receive(news: TabNews): void {
    if (this.#leading !== null && 'tab' in news) this.#roster.note(news.tab, this.#leading)
    switch (news.kind) {
      case 'ping':
        if (this.#leading !== null) this.post({ kind: 'pong' })
        return
      case 'pong':
        this.#askedAt = null
        return
      case 'leading':
        this.#askedAt = null
        this.post({ kind: 'hello', tab: this.id })
        break
      case 'bye':
        this.#roster.forget(news.tab)
        break
    }
    this.#hear(news)
  }

  /** A page that is put to sleep gives the seat up, and waits for it again when it wakes. */
  #followSleep(): void {
    if (typeof window === 'undefined' || typeof document === 'undefined') return
    const { signal } = this.#closed
    const sleep = () => {
      this.#isAsleep = true
      this.#yield.abort()
    }
    const wake = () => {
      this.#isAsleep = false
      this.#awake.wake()
    }
    document.addEventListener('freeze', sleep, { signal })
    document.addEventListener('resume', wake, { signal })
    window.addEventListener('pagehide', sleep, { signal })
    window.addEventListener('pageshow', wake, { signal })
  }
}
