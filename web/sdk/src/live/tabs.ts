import type { ConnectionState } from '../api.ts'
import type { DeviceNews } from '../device.ts'

export type TabNews =
  | DeviceNews
  | { readonly kind: 'connection'; readonly state: ConnectionState; readonly isConfirmed: boolean }
  /** A tab has come and wants to know how things stand. */
  | { readonly kind: 'hello' }
  /** The network may be back, says a tab that the person looks at. */
  | { readonly kind: 'nudge' }

/**
 * The tabs of one browser profile that show one user. With Web Locks one of them leads: it alone holds the socket and sends
 * the outbox. Without (plain HTTP from another machine) each leads itself; the disk's cursors and the node's numbers keep
 * that correct.
 */
export class Tabs {
  readonly #name: string
  readonly #channel: BroadcastChannel | null
  #isLeader = false

  constructor(name: string, hear: (news: TabNews) => void) {
    this.#name = name
    this.#channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(name)
    if (this.#channel !== null) this.#channel.onmessage = (event) => hear(event.data as TabNews)
  }

  get isLeader(): boolean {
    return this.#isLeader
  }

  post(news: TabNews): void {
    this.#channel?.postMessage(news)
  }

  /**
   * Runs `work` once this tab leads, until it returns or the signal is aborted. `hasWaited`: another tab led before, and has
   * written to the disk since this one read it.
   */
  async lead(signal: AbortSignal, work: (hasWaited: boolean) => Promise<void>): Promise<void> {
    const run = async (hasWaited: boolean) => {
      this.#isLeader = true
      try {
        await work(hasWaited)
      } finally {
        this.#isLeader = false
      }
    }
    const locks = typeof navigator === 'undefined' ? undefined : (navigator as { locks?: LockManager }).locks
    if (locks === undefined) return run(false)
    try {
      const isFree = await locks.request(this.#name, { ifAvailable: true }, async (lock) => {
        if (lock !== null) await run(false)
        return lock !== null
      })
      if (!isFree) await locks.request(this.#name, { signal }, () => run(true))
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }

  close(): void {
    this.#channel?.close()
  }
}
