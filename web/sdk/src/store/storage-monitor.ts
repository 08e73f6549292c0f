import type { DeviceStorage, StorageState, StorageVerdict, Unsubscribe } from '../api.ts'
import { Listeners } from '../listeners.ts'

/** What the browser says of this device's disk, and what the client met there. */
export class StorageMonitor implements DeviceStorage {
  readonly #listeners = new Listeners()
  #state: StorageState = { verdict: 'unknown', usage: null, quota: null, isFull: false, isOutdated: false }

  get state(): StorageState {
    return this.#state
  }

  subscribe(listener: () => void): Unsubscribe {
    return this.#listeners.add(listener)
  }

  async persist(): Promise<StorageVerdict> {
    await manager()?.persist?.()
    await this.look()
    return this.#state.verdict
  }

  /** Asks the browser how things stand. */
  async look(): Promise<void> {
    const storage = manager()
    const estimate = await storage?.estimate?.().catch(() => undefined)
    const { usage = null, quota = null } = estimate ?? {}
    this.set({ usage, quota, verdict: await verdictOf(storage) })
  }

  set(change: Partial<StorageState>): void {
    const next = { ...this.#state, ...change }
    const names = Object.keys(next) as (keyof StorageState)[]
    if (names.every((name) => next[name] === this.#state[name])) return
    this.#state = Object.freeze(next)
    this.#listeners.tell()
  }
}

/** Absent on plain HTTP from another machine, and outside browsers. */
function manager(): StorageManager | undefined {
  return typeof navigator === 'undefined' ? undefined : (navigator as { storage?: StorageManager }).storage
}

async function verdictOf(storage: StorageManager | undefined): Promise<StorageVerdict> {
  if (storage?.persisted === undefined) return 'unknown'
  if (await isPrivate(storage)) return 'private'
  return (await storage.persisted()) ? 'persistent' : 'best_effort'
}

/**
 * No browser says that a window is private, but Firefox and Safari refuse the private file system there. Chromium tells its private
 * windows from others by nothing: they are as `best_effort` as any that nobody asked to keep.
 */
async function isPrivate(storage: StorageManager): Promise<boolean> {
  const refused = storage.getDirectory?.().then(
    () => false,
    (error: unknown) => (error as DOMException).name !== 'NotAllowedError',
  )
  return (await refused) ?? false
}
