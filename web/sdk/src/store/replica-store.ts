import { unwrap } from 'idb'
import { getOrAdd } from '../get-or-add.ts'
import type { CompiledSchema } from '../protocol/schema.ts'
import {
  type GoneRow,
  openReplicaDatabase,
  type ReplicaDatabase,
  type StoredRow,
  type StoredScope,
} from './databases.ts'
import { isDiskFull } from './make-room.ts'
import { type NewPack, packRows, type StoredPack, thinned, unpack } from './packs.ts'

export type RowKey = readonly [table: string, id: string]

/** Rows to write and rows to remove, together. */
export interface RowsChange {
  readonly puts: readonly StoredRow[]
  readonly removed: readonly RowKey[]
  /** Where the rows came from, all together: it stands for them on disk, and on the way to other tabs. */
  readonly pack?: NewPack
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

/** More rows lying by themselves are put together in a pack when they are read next; of so many such packs one is made. */
const usualLimits = { loose: 4000, packs: 10 }

/** One user's rows and cursors on disk. Rows and the cursor that covers them change in one transaction. */
export class ReplicaStore {
  readonly #db: ReplicaDatabase
  /** Keys of `rows`, as `table/id`: what a pack says of these does not count. */
  readonly #loose = new Set<string>()

  readonly #limits: typeof usualLimits

  constructor(db: ReplicaDatabase, limits = usualLimits) {
    this.#db = db
    this.#limits = limits
  }

  static async open(name: string, user: string, limits = usualLimits): Promise<ReplicaStore> {
    return new ReplicaStore(await openReplicaDatabase(name, user), limits)
  }

  async load(): Promise<ReplicaContent> {
    const tx = await this.#db.begin(['rows', 'packs', 'scopes', 'schema'])
    const [loose, packs, scopes, schema] = await Promise.all([
      tx.objectStore('rows').getAll(),
      tx.objectStore('packs').getAll(),
      tx.objectStore('scopes').getAll(),
      tx.objectStore('schema').get('current'),
    ])
    this.#loose.clear()
    for (const row of loose) this.#loose.add(keyOf(row))
    if (loose.filter(isFoldable).length > this.#limits.loose) await this.#fold()
    return { rows: together(packs, loose), scopes, schema: schema ?? null }
  }

  /** After another tab wrote: how far the scopes were read, and which rows lie by themselves. */
  async lookAgain(): Promise<readonly StoredScope[]> {
    const tx = await this.#db.begin(['rows', 'scopes'])
    const [scopes, loose] = await Promise.all([
      tx.objectStore('scopes').getAll(),
      tx.objectStore('rows').getAllKeys(),
    ])
    await tx.done
    this.#loose.clear()
    for (const [table, id] of loose) this.#loose.add(keyOf({ table, id }))
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
    const tx = await this.#db.begin(['rows', 'packs', 'scopes'], 'readwrite', { durability: 'relaxed' })
    const done = tx.done
    done.catch(() => {}) // A full disk is reported by the request that met it.
    const scopes = tx.objectStore('scopes')
    const stored = await scopes.get(step.scope)
    if (!isSameScope(stored, step.before)) {
      await done
      return { kind: 'overtaken', stored }
    }
    // Bare requests: a promise for each of many rows costs more than writing it.
    const rows = unwrap(tx.objectStore('rows'))
    if (change.pack === undefined) this.#putLoose(rows, change.puts)
    else this.#dropLoose(rows, change.puts)
    this.#putLoose(rows, change.removed.map(gone))
    const packs = tx.objectStore('packs')
    // The key is IndexedDB's to give: packs come without it.
    if (change.pack !== undefined) void packs.add(change.pack as StoredPack)
    void (step.after === undefined ? scopes.delete(step.scope) : scopes.put(step.after))
    const snapshotCursor = change.pack?.snapshot?.cursor
    if (step.after?.cursor == null || snapshotCursor === undefined) {
      await done
      return { kind: 'written' }
    }
    // The snapshot is complete: what an earlier one of the scope said is in it, or is gone.
    for (const { order, snapshot } of await packs.getAll()) {
      if (snapshot?.scope === step.scope && snapshot.cursor !== snapshotCursor) void packs.delete(order)
    }
    await done
    return { kind: 'written' }
  }

  /**
   * Makes room by giving up copies that the node has too: rows of these tables that were made before the time. Their scopes are read
   * again when there is room, by what differs.
   */
  async giveUp(tables: readonly string[], madeBefore: string): Promise<void> {
    const isKept = ({ table, fields: { created_at: made } }: StoredRow) =>
      !tables.includes(table) || (typeof made === 'string' && made >= madeBefore)
    // On a disk that is full to the last byte this can be written only when something is gone.
    const isTold = await this.#expireScopes().then(
      () => true,
      (error: unknown) => {
        if (!isDiskFull(error)) throw error
        return false
      },
    )
    const tx = await this.#db.begin(['rows', 'packs'], 'readwrite', { durability: 'relaxed' })
    const rows = tx.objectStore('rows')
    for (const row of await rows.getAll()) {
      if (!('isGone' in row) && !isKept(row)) void rows.delete([row.table, row.id])
    }
    const packs = await tx.objectStore('packs').getAll()
    await tx.done
    for (const pack of packs) await this.#replace(pack, thinned(pack, isKept))
    if (!isTold) await this.#expireScopes()
  }

  /** First the old one goes, then there is room for the smaller one. */
  async #replace(pack: StoredPack, by: StoredPack | null): Promise<void> {
    if (by === null) return
    await this.#db.delete('packs', pack.order)
    await this.#db.put('packs', by)
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
    this.#putLoose(unwrap(tx.objectStore('rows')), keys.map(gone))
    await tx.done
  }

  #putLoose(rows: IDBObjectStore, puts: readonly (StoredRow | GoneRow)[]): void {
    for (const row of puts) {
      rows.put(row)
      this.#loose.add(keyOf(row))
    }
  }

  #dropLoose(rows: IDBObjectStore, inChunk: readonly StoredRow[]): void {
    if (this.#loose.size === 0) return
    for (const row of inChunk) {
      if (this.#loose.delete(keyOf(row))) rows.delete([row.table, row.id])
    }
  }

  /** Puts what lies by itself into a pack, so that the next start is a quick one; of many such packs one is made. */
  async #fold(): Promise<void> {
    const tx = await this.#db.begin(['rows', 'packs'], 'readwrite', { durability: 'relaxed' })
    const loose = (await tx.objectStore('rows').getAll()).filter(isFoldable)
    const packs = tx.objectStore('packs')
    const folds = (await packs.getAll()).filter(({ snapshot }) => snapshot === null)
    const isMany = folds.length >= this.#limits.packs
    if (isMany) for (const { order } of folds) void packs.delete(order)
    void packs.add(packRows(isMany ? together(folds, loose) : loose) as StoredPack)
    this.#dropLoose(unwrap(tx.objectStore('rows')), loose)
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

function keyOf({ table, id }: { readonly table: string; readonly id: string }): string {
  return `${table}/${id}`
}

/** Not what waits to be confirmed or claimed: that is looked for by row. */
function isFoldable(row: StoredRow | GoneRow): row is StoredRow {
  return !('isGone' in row) && row.scope !== null && row.seq >= 0
}

function gone([table, id]: RowKey): GoneRow {
  return { table, id, isGone: true }
}

/** The rows of all packs with what changed since on top. */
function together(
  packs: readonly StoredPack[],
  loose: readonly (StoredRow | GoneRow)[],
): readonly StoredRow[] {
  const tables = new Map<string, Map<string, StoredRow>>()
  const rowsOf = (table: string) => getOrAdd(tables, table, () => new Map<string, StoredRow>())
  for (const pack of packs) {
    for (const row of unpack(pack)) {
      const rows = rowsOf(row.table)
      const known = rows.get(row.id)
      if (known === undefined || known.seq <= row.seq) rows.set(row.id, row)
    }
  }
  for (const row of loose) {
    if ('isGone' in row) rowsOf(row.table).delete(row.id)
    else rowsOf(row.table).set(row.id, row)
  }
  return [...tables.values()].flatMap((rows) => [...rows.values()])
}
