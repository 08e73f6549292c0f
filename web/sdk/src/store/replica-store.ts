import { unwrap } from 'idb'
import type { CompiledSchema } from '../protocol/schema.ts'
import { openReplicaDatabase, type ReplicaDatabase, type StoredRow, type StoredScope } from './databases.ts'

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

  /**
   * Writes rows and a scope's step together. When the stored record is no longer `before`, nothing is written: another tab
   * has read on, and `stored` says how far.
   */
  async advance(change: RowsChange, step: ScopeStep): Promise<AdvanceResult> {
    const tx = await this.#db.begin(['rows', 'scopes'], 'readwrite', { durability: 'relaxed' })
    const done = tx.done
    const scopes = tx.objectStore('scopes')
    const stored = await scopes.get(step.scope)
    if (!isSame(stored, step.before)) {
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

function isSame(a: StoredScope | undefined, b: StoredScope | undefined): boolean {
  return (
    a?.scope === b?.scope &&
    a?.cursor === b?.cursor &&
    a?.expired === b?.expired &&
    a?.snapshot?.cursor === b?.snapshot?.cursor &&
    a?.snapshot?.next === b?.snapshot?.next
  )
}
