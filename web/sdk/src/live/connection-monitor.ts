import type { Connection, ConnectionState, Unsubscribe } from '../api.ts'
import { Listeners } from '../listeners.ts'

/** What the screen's corner shows. The state object stays the same while nothing changed. */
export class ConnectionMonitor implements Connection {
  readonly #listeners = new Listeners()
  #state: ConnectionState = { kind: 'connecting' }

  get state(): ConnectionState {
    return this.#state
  }

  subscribe(listener: () => void): Unsubscribe {
    return this.#listeners.add(listener)
  }

  set(state: ConnectionState): void {
    const now = this.#state
    // The time of the first failure is the one that counts.
    if (now.kind === state.kind && (now.kind !== 'live' || state.kind !== 'live' || now.via === state.via))
      return
    this.#state = state
    this.#listeners.tell()
  }
}
