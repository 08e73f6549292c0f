import type { DeviceDatabase } from './databases.ts'
import { isDiskFull } from './make-room.ts'

/** Room for some hundred sales. */
const size = 2 * 1024 * 1024
const piece = 65_536

/**
 * Room that is held for bad days: on a full disk it is given up, and the till sells on. A value of this size lies in a file of its own,
 * so that its room is free at once; that of small rows only when the browser gets round to it.
 */
export class Reserve {
  readonly #db: DeviceDatabase

  constructor(db: DeviceDatabase) {
    this.#db = db
  }

  /** Holds the room; false when there is none. */
  async hold(): Promise<boolean> {
    const tx = await this.#db.begin(['reserve'], 'readwrite')
    const done = tx.done
    done.catch(() => {}) // A full disk is reported by the request that met it.
    try {
      const reserve = tx.objectStore('reserve')
      if ((await reserve.count()) === 0) void reserve.put(noise(), 'room')
      await done
      return true
    } catch (error) {
      if (!isDiskFull(error)) throw error
      return false
    }
  }

  /** Gives the room up. */
  async release(): Promise<void> {
    const tx = await this.#db.begin(['reserve'], 'readwrite')
    void tx.objectStore('reserve').clear()
    await tx.done
  }
}

/** Nothing that could be packed. */
function noise(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size)
  for (let at = 0; at < size; at += piece) crypto.getRandomValues(bytes.subarray(at, at + piece))
  return bytes
}
