/** The leader's seat of a browser profile. One tab sits on it, whatever the others do. */
export interface Seat {
  /** Sits down as soon as it is free; with `force` at once, in the place of a tab that gives no sign of life. Null when aborted. */
  sit(signal: AbortSignal, force: boolean): Promise<Hold | null>
}

/** The seat while one sits on it. */
export interface Hold {
  /** Another tab was there before. */
  readonly hasWaited: boolean
  /** Resolves when another tab has taken it, or when it was given up. */
  readonly over: Promise<void>
  release(): void
}

/** By a Web Lock: the browser itself frees it when the tab is gone. */
export class LockSeat implements Seat {
  readonly #locks: LockManager
  readonly #name: string

  constructor(locks: LockManager, name: string) {
    this.#locks = locks
    this.#name = name
  }

  async sit(signal: AbortSignal, force: boolean): Promise<Hold | null> {
    if (force) return this.#request({ steal: true }, true)
    const first = await this.#request({ ifAvailable: true }, false)
    return first ?? (signal.aborted ? null : this.#request({ signal }, true))
  }

  /** Null when it is not to be had, or the wait for it was given up. */
  #request(how: LockOptions, hasWaited: boolean): Promise<Hold | null> {
    return new Promise((resolve) => {
      const over = this.#locks
        .request(this.#name, how, (lock) => {
          if (lock === null) return resolve(null)
          return new Promise<void>((release) => resolve({ hasWaited, over: ended, release }))
        })
        .catch(() => resolve(null)) // Stolen, or no longer waited for.
      const ended = over.then(() => {})
    })
  }
}
