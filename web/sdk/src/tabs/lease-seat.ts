import { Pause } from '../live/wait.ts'
import type { DeviceDatabase } from '../store/databases.ts'
import type { Hold, Seat } from './seat.ts'

/** So often a tab looks whether the seat is free, and the one that sits on it whether it still does. */
const lookEvery = 400

/** By a row that names the tab: for plain HTTP from another machine, where browsers have no locks. */
export class LeaseSeat implements Seat {
  readonly #db: DeviceDatabase
  readonly #name: string
  readonly #tab: string

  constructor(db: DeviceDatabase, name: string, tab: string) {
    this.#db = db
    this.#name = name
    this.#tab = tab
  }

  async sit(signal: AbortSignal, force: boolean): Promise<Hold | null> {
    const pause = new Pause()
    for (let hasWaited = force; !signal.aborted; hasWaited = true) {
      if (await this.#take(force)) return this.#hold(hasWaited)
      await pause.wait(lookEvery, signal)
    }
    return null
  }

  async #take(force: boolean): Promise<boolean> {
    const tx = await this.#db.begin(['leases'], 'readwrite')
    const leases = tx.objectStore('leases')
    const holder = await leases.get(this.#name)
    const isMine = force || holder === undefined || holder === this.#tab
    if (isMine) void leases.put(this.#tab, this.#name)
    await tx.done
    return isMine
  }

  #hold(hasWaited: boolean): Hold {
    const given = new AbortController()
    return { hasWaited, over: this.#untilTaken(given.signal), release: () => given.abort() }
  }

  async #untilTaken(given: AbortSignal): Promise<void> {
    const pause = new Pause()
    while (!given.aborted) {
      await pause.wait(lookEvery, given)
      const holder = await this.#db.get('leases', this.#name).catch(() => this.#tab)
      if (holder !== this.#tab) return
    }
    await this.#leave().catch(() => {}) // The database may be closed already; then others miss a sign of life.
  }

  async #leave(): Promise<void> {
    const tx = await this.#db.begin(['leases'], 'readwrite')
    const leases = tx.objectStore('leases')
    if ((await leases.get(this.#name)) === this.#tab) void leases.delete(this.#name)
    await tx.done
  }
}
