import {
  type DBSchema,
  type IDBPDatabase,
  type IDBPTransaction,
  openDB,
  type StoreKey,
  type StoreNames,
  type StoreValue,
} from 'idb'
import type { Unsubscribe } from '../api.ts'
import { Listeners } from '../listeners.ts'

/** How a database is made, step by step from each older version. Steps only add: what an older app knows stays where it is. */
export interface DatabaseDesign<Schema extends DBSchema> {
  readonly name: string
  readonly version: number
  readonly upgrade: (db: IDBPDatabase<Schema>, from: number) => void
}

type Names<Schema extends DBSchema> = ArrayLike<StoreNames<Schema>>

/**
 * An IndexedDB database whose handle may be taken away at any time: by a phone that slept, by another tab that brings a newer version.
 * It is opened again where it is needed. An app that is older than the database opens it as it is and reads what it knows.
 * ```
 * open ── the browser lost it, or a newer version wants it ──► away ── next use ──► open
 * ```
 */
export class KeptDatabase<Schema extends DBSchema> {
  readonly #design: DatabaseDesign<Schema>
  readonly #outdated = new Listeners()
  #db: IDBPDatabase<Schema> | null = null
  #opening: Promise<IDBPDatabase<Schema>> | null = null
  #isClosed = false

  private constructor(design: DatabaseDesign<Schema>) {
    this.#design = design
  }

  static async open<Schema extends DBSchema>(design: DatabaseDesign<Schema>): Promise<KeptDatabase<Schema>> {
    const kept = new KeptDatabase(design)
    await kept.#opened()
    return kept
  }

  /** Told when another tab needs the database for a newer version of the app. */
  onOutdated(listener: () => void): Unsubscribe {
    return this.#outdated.add(listener)
  }

  /** A transaction, on a handle that is open. */
  async begin<Stores extends Names<Schema>, Mode extends IDBTransactionMode = 'readonly'>(
    stores: Stores,
    mode?: Mode,
    options?: IDBTransactionOptions,
  ): Promise<IDBPTransaction<Schema, Stores, Mode>> {
    const db = this.#db ?? (await this.#opened())
    try {
      return db.transaction(stores, mode, options)
    } catch (error) {
      if (!isLost(error)) throw error
      if (this.#db === db) this.#db = null
      return (await this.#opened()).transaction(stores, mode, options)
    }
  }

  async get<Name extends StoreNames<Schema>>(
    store: Name,
    key: StoreKey<Schema, Name>,
  ): Promise<StoreValue<Schema, Name> | undefined> {
    const tx = await this.begin([store])
    const value = await tx.objectStore(store).get(key)
    await tx.done
    return value
  }

  async put<Name extends StoreNames<Schema>>(
    store: Name,
    value: StoreValue<Schema, Name>,
    key?: StoreKey<Schema, Name>,
  ): Promise<void> {
    const tx = await this.begin([store], 'readwrite')
    void tx.objectStore(store).put(value, key)
    await tx.done
  }

  async delete<Name extends StoreNames<Schema>>(store: Name, key: StoreKey<Schema, Name>): Promise<void> {
    const tx = await this.begin([store], 'readwrite')
    void tx.objectStore(store).delete(key)
    await tx.done
  }

  close(): void {
    this.#isClosed = true
    this.#db?.close()
    this.#db = null
  }

  #opened(): Promise<IDBPDatabase<Schema>> {
    if (this.#isClosed) return Promise.reject(new DOMException('The database is closed', 'InvalidStateError'))
    this.#opening ??= this.#open().finally(() => {
      this.#opening = null
    })
    return this.#opening
  }

  async #open(): Promise<IDBPDatabase<Schema>> {
    const { name, version, upgrade } = this.#design
    const events = {
      blocking: () => this.#giveWay(),
      terminated: () => {
        this.#db = null
      },
    }
    const db = await openDB<Schema>(name, version, { upgrade, ...events }).catch((error: unknown) => {
      if ((error as DOMException).name !== 'VersionError') throw error
      return openDB<Schema>(name, undefined, events)
    })
    if (this.#isClosed) db.close()
    else this.#db = db
    return db
  }

  #giveWay(): void {
    this.#db?.close()
    this.#db = null
    this.#outdated.tell()
  }
}

/** The handle is of no use any longer; nothing was begun on it. */
function isLost(error: unknown): boolean {
  const { name } = error as DOMException
  return name === 'InvalidStateError' || name === 'UnknownError'
}
