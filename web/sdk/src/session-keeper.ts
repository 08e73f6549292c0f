import type { Session, SessionState, Unsubscribe } from './api.ts'
import { Listeners } from './listeners.ts'
import type { DeviceDatabase } from './store/databases.ts'

/** Who is signed in, kept on disk so that the app starts without a network. */
export class SessionKeeper implements Session {
  readonly #listeners = new Listeners()
  #current: SessionState | null = null
  #isLeaving = false

  get current(): SessionState | null {
    return this.#current
  }

  /** True while the node has not heard of a sign-out. */
  get isLeaving(): boolean {
    return this.#isLeaving
  }

  subscribe(listener: () => void): Unsubscribe {
    return this.#listeners.add(listener)
  }

  async load(db: DeviceDatabase): Promise<void> {
    const kept = (await db.get('session', 'current')) ?? null
    this.#isLeaving = kept === 'leaving'
    this.#show(kept === 'leaving' ? null : kept)
  }

  async save(db: DeviceDatabase, state: SessionState): Promise<void> {
    this.#isLeaving = false
    await db.put('session', state, 'current')
    this.#show(state)
  }

  /** Nobody is signed in here from this moment, whether the node can be told or not. */
  async leave(db: DeviceDatabase): Promise<void> {
    this.#isLeaving = true
    await db.put('session', 'leaving', 'current')
    this.#show(null)
  }

  async left(db: DeviceDatabase): Promise<void> {
    if (!this.#isLeaving) return
    this.#isLeaving = false
    await db.delete('session', 'current')
  }

  #show(state: SessionState | null): void {
    if (JSON.stringify(state) === JSON.stringify(this.#current)) return
    this.#current = state
    this.#listeners.tell()
  }
}
