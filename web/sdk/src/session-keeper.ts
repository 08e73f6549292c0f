import type { Session, SessionState, Unsubscribe } from './api.ts'
import { Listeners } from './listeners.ts'
import type { DeviceDatabase } from './store/databases.ts'

/** Who is signed in, kept on disk so that the app starts without a network. */
export class SessionKeeper implements Session {
  readonly #listeners = new Listeners()
  #current: SessionState | null = null

  get current(): SessionState | null {
    return this.#current
  }

  subscribe(listener: () => void): Unsubscribe {
    return this.#listeners.add(listener)
  }

  async load(db: DeviceDatabase): Promise<void> {
    this.#show((await db.get('session', 'current')) ?? null)
  }

  async save(db: DeviceDatabase, state: SessionState | null): Promise<void> {
    if (state === null) await db.delete('session', 'current')
    else await db.put('session', state, 'current')
    this.#show(state)
  }

  #show(state: SessionState | null): void {
    if (JSON.stringify(state) === JSON.stringify(this.#current)) return
    this.#current = state
    this.#listeners.tell()
  }
}
