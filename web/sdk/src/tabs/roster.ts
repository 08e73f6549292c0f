import { Pause } from '../live/wait.ts'

/** Without locks a tab that said nothing for so long is gone: one in the background speaks once a minute. */
const silentFor = 90_000

/** The other tabs of the profile as the leader knows them, and when one of them is gone, also without a word. */
export class Roster {
  readonly #name: string
  readonly #gone: (tab: string) => void
  readonly #heardAt = new Map<string, number>()
  readonly #locks: LockManager | undefined

  constructor(locks: LockManager | undefined, name: string, gone: (tab: string) => void) {
    this.#locks = locks
    this.#name = name
    this.#gone = gone
  }

  /** Holds this tab's own lock for as long as the tab is there. */
  stand(tab: string, closed: AbortSignal): void {
    void this.#locks
      ?.request(
        this.#lockOf(tab),
        () => new Promise<void>((end) => closed.addEventListener('abort', () => end())),
      )
      .catch(() => {})
  }

  /** Follows this tab for as long as one leads. */
  note(tab: string, leading: AbortSignal): void {
    const isNew = !this.#heardAt.has(tab)
    this.#heardAt.set(tab, performance.now())
    if (isNew && this.#locks !== undefined) void this.#waitFor(this.#locks, tab, leading)
    else if (isNew && this.#heardAt.size === 1) void this.#lookForSilent(leading)
  }

  forget(tab: string): void {
    this.#heardAt.delete(tab)
  }

  /** The tab's lock is free when it is gone. */
  async #waitFor(locks: LockManager, tab: string, leading: AbortSignal): Promise<void> {
    await locks.request(this.#lockOf(tab), { signal: leading }, () => {}).catch(() => {})
    if (this.#heardAt.delete(tab) && !leading.aborted) this.#gone(tab)
  }

  async #lookForSilent(leading: AbortSignal): Promise<void> {
    const pause = new Pause()
    while (!leading.aborted && this.#heardAt.size > 0) {
      await pause.wait(silentFor / 6, leading)
      for (const [tab, at] of [...this.#heardAt]) {
        if (performance.now() - at < silentFor || leading.aborted) continue
        this.#heardAt.delete(tab)
        this.#gone(tab)
      }
    }
    this.#heardAt.clear()
  }

  #lockOf(tab: string): string {
    return `${this.#name}:tab:${tab}`
  }
}
