import { unwrap } from 'idb'
import type { CompiledSchema } from '../protocol/schema.ts'
import { openReplicaDatabase, type ReplicaDatabase, type StoredRow, type StoredScope } from './databases.ts'
import { isDiskFull } from './make-room.ts'

export type RowKey = readonly [table: string, id: string]

/** Rows to write and rows to remove, together. */
export interface RowsChange {
  readonly puts: readonly StoredRow[]
  readonly removed: readonly RowKey[]
}

export interface ReplicaContent {
  readonly rows: readonly StoredRow[]
  readonly scopes: readonly StoredScope[]
  readonly schema: CompiledSchema | null
}

/** A scope's record before and after; undefined where there is none. */
export interface ScopeStep {
  readonly scope: string
  readonly before: StoredScope | undefined
  readonly after: StoredScope | undefined
}

export type AdvanceResult =
  | { readonly kind: 'written' }
  | { readonly kind: 'overtaken'; readonly stored: StoredScope | undefined }
  /** Nothing was written: the disk is full. */
  | { readonly kind: 'full' }

/** One user's rows and cursors on disk. Rows and the cursor that covers them change in one transaction. */
export class ReplicaStore {
  readonly #db: ReplicaDatabase

  constructor(db: ReplicaDatabase) {
    this.#db = db
  }

  static async open(name: string, user: string): Promise<ReplicaStore> {
    return new ReplicaStore(await openReplicaDatabase(name, user))
  }

  async load(): Promise<ReplicaContent> {
    const tx = await this.#db.begin(['rows', 'scopes', 'schema'])
    const [rows, scopes, schema] = await Promise.all([
      tx.objectStore('rows').getAll(),
      tx.objectStore('scopes').getAll(),
      tx.objectStore('schema').get('current'),
    ])
    return { rows, scopes, schema: schema ?? null }
  }

  async scopes(): Promise<readonly StoredScope[]> {
    const tx = await this.#db.begin(['scopes'])
    const scopes = await tx.objectStore('scopes').getAll()
    await tx.done
    return scopes
  }

  /**
   * Writes rows and a scope's step together. When the stored record is no longer `before`, nothing is written: another tab
   * has read on, and `stored` says how far.
   */
  async advance(change: RowsChange, step: ScopeStep): Promise<AdvanceResult> {
    try {
      return await this.#advance(change, step)
    } catch (error) {
      if (!isDiskFull(error)) throw error
      return { kind: 'full' }
    }
  }

  async #advance(change: RowsChange, step: ScopeStep): Promise<AdvanceResult> {
    const tx = await this.#db.begin(['rows', 'scopes'], 'readwrite', { durability: 'relaxed' })
    const done = tx.done
    done.catch(() => {}) // A full disk is reported by the request that met it.
    const scopes = tx.objectStore('scopes')
    const stored = await scopes.get(step.scope)
    if (!isSameScope(stored, step.before)) {
      await done
      return { kind: 'overtaken', stored }
    }
    // Bare requests: a promise for each of a snapshot's rows costs more than writing it.
    const rows = unwrap(tx.objectStore('rows'))
    for (const row of change.puts) rows.put(row)
    for (const [table, id] of change.removed) rows.delete([table, id])
    void (step.after === undefined ? scopes.delete(step.scope) : scopes.put(step.after))
    await done
    return { kind: 'written' }
  }

  /**
   * Makes room by giving up copies that the node has too: rows of these tables that were made before the time. Their scopes are read
   * again when there is room, by what differs. Nothing is written before something is gone: there is no room for it.
   */
  async giveUp(tables: readonly string[], madeBefore: string): Promise<void> {
    const tx = await this.#db.begin(['rows'], 'readwrite', { durability: 'relaxed' })
    const rows = tx.objectStore('rows')
    for (const table of tables) {
      for await (const { value } of rows.iterate(IDBKeyRange.bound([table], [table, []]))) {
        const made = value.fields.created_at
        if (typeof made !== 'string' || made < madeBefore) void rows.delete([table, value.id])
      }
    }
    await tx.done
    await this.#expireScopes()
  }

  async #expireScopes(): Promise<void> {
    const tx = await this.#db.begin(['scopes'], 'readwrite', { durability: 'relaxed' })
    const done = tx.done
    done.catch(() => {}) // A full disk is reported by the request that met it.
    const scopes = tx.objectStore('scopes')
    for (const scope of await scopes.getAll()) {
      if (scope.cursor !== null) void scopes.put({ ...scope, expired: true })
    }
    await done
  }

  /** Removes rows that no scope vouches for. */
  async remove(keys: readonly RowKey[]): Promise<void> {
    const tx = await this.#db.begin(['rows'], 'readwrite', { durability: 'relaxed' })
    for (const [table, id] of keys) void tx.objectStore('rows').delete([table, id])
    await tx.done
  }

  async saveSchema(schema: CompiledSchema): Promise<void> {
    await this.#db.put('schema', schema, 'current')
  }

  close(): void {
    this.#db.close()
  }
}

/** Whether both say that the scope was read so far. */
export function isSameScope(a: StoredScope | undefined, b: StoredScope | undefined): boolean {
  return (
    a?.scope === b?.scope &&
    a?.cursor === b?.cursor &&
    a?.expired === b?.expired &&
    a?.snapshot?.cursor === b?.snapshot?.cursor &&
    a?.snapshot?.next === b?.snapshot?.next
  )
}
