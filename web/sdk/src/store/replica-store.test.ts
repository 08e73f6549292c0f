import 'fake-indexeddb/auto'
import { openDB } from 'idb'
import { afterEach, expect, it } from 'vitest'
import type { StoredRow } from './databases.ts'
import { packChunk } from './packs.ts'
import { ReplicaStore, type RowsChange, type ScopeStep } from './replica-store.ts'

const scope = 'everyone'
const mine = { device: 'd', n: 0 }
let profiles = 0
const opened: ReplicaStore[] = []

afterEach(() => {
  for (const store of opened.splice(0)) store.close()
})

async function open(name: string): Promise<ReplicaStore> {
  const store = await ReplicaStore.open(name, 'u', { loose: 40, packs: 10 })
  opened.push(store)
  return store
}

function row(id: string, seq: number, name: string): StoredRow {
  return { table: 'products', id, scope, seq, mine, fields: { name } }
}

/** The rows as a snapshot's chunk brings them. */
function chunk(cursor: string, ...rows: readonly StoredRow[]): RowsChange {
  const seq = rows[0]?.seq ?? 0
  const parts = [
    {
      table: 'products',
      columns: ['id', 'name'],
      rows: rows.map(({ id, fields }) => [id, fields.name ?? null]),
    },
  ]
  return { puts: rows, removed: [], pack: packChunk({ scope, cursor, seq, mine, parts }) }
}

/** Steps of one scope, each after the one before. */
function steps(): (cursor: string | null) => ScopeStep {
  let before: ScopeStep['before']
  return (cursor) => {
    const after = { scope, cursor }
    const step = { scope, before, after }
    before = after
    return step
  }
}

/** What a start reads, and how many records it lies in. */
async function stored(name: string): Promise<{ rows: string[]; packs: number; loose: number }> {
  const { rows } = await (await open(name)).load()
  const db = await openDB(`${name}:u`)
  const [packs, loose] = [await db.count('packs'), await db.count('rows')]
  db.close()
  return { rows: rows.map(({ id, fields }) => `${id} ${fields.name}`).sort(), packs, loose }
}

it('keeps a chunk as one record, and what changes after it by row', async () => {
  const name = `packs-${++profiles}`
  const store = await open(name)
  await store.load()
  const next = steps()
  await store.advance(chunk('c9', row('1', 9, 'tea'), row('2', 9, 'milk'), row('3', 9, 'salt')), next('c9'))
  expect(await stored(name)).toEqual({ rows: ['1 tea', '2 milk', '3 salt'], packs: 1, loose: 0 })

  await store.advance({ puts: [row('1', 10, 'green tea')], removed: [['products', '2']] }, next('c10'))
  expect(await stored(name)).toEqual({ rows: ['1 green tea', '3 salt'], packs: 1, loose: 2 })
  await store.remove([['products', '3']])
  expect((await stored(name)).rows).toEqual(['1 green tea'])
})

it('believes a later snapshot, and drops the earlier one when it is complete', async () => {
  const name = `packs-${++profiles}`
  const store = await open(name)
  await store.load()
  const next = steps()
  await store.advance(chunk('c9', row('1', 9, 'tea'), row('2', 9, 'milk')), next('c9'))
  await store.advance({ puts: [row('1', 10, 'green tea')], removed: [['products', '2']] }, next('c10'))
  await store.advance(chunk('c20', row('1', 20, 'black tea'), row('2', 20, 'oat milk')), next(null))
  expect((await stored(name)).rows).toEqual(['1 black tea', '2 oat milk'])
  await store.advance(chunk('c20', row('3', 20, 'salt')), next('c20'))
  expect(await stored(name)).toEqual({ rows: ['1 black tea', '2 oat milk', '3 salt'], packs: 2, loose: 0 })
})

it('leaves a row as it is that was read from the feed further than the snapshot', async () => {
  const name = `packs-${++profiles}`
  const store = await open(name)
  await store.load()
  const next = steps()
  await store.advance({ puts: [row('1', 30, 'newest')], removed: [] }, next(null))
  const { pack: whole } = chunk('c20', row('1', 20, 'old'), row('2', 20, 'milk'))
  await store.advance(
    { puts: [row('2', 20, 'milk')], removed: [], ...(whole && { pack: whole }) },
    next('c20'),
  )
  expect((await stored(name)).rows).toEqual(['1 newest', '2 milk'])
})

it('puts many loose rows together at a start, and many of those packs into one, and nothing is lost', async () => {
  const name = `packs-${++profiles}`
  const expected = new Map<string, string>()
  const next = steps()
  for (let day = 1; day <= 12; day++) {
    const store = await open(name)
    await store.load()
    const puts = Array.from({ length: 41 }, (_, n) => row(String((n * day) % 50), day, `day ${day}`))
    for (const { id, fields } of puts) expected.set(id, String(fields.name))
    await store.advance({ puts, removed: [['products', String(49 - day)]] }, next(`c${day}`))
    expected.delete(String(49 - day))
    store.close()
  }
  const after = await stored(name)
  expect(after.rows).toEqual([...expected].map(([id, text]) => `${id} ${text}`).sort())
  expect(after.packs).toBeLessThan(10)
  expect(after.loose).toBeLessThan(60)
})

it('gives up old copies of documents where they lie, keeps all else, and has the scope read again', async () => {
  const name = `packs-${++profiles}`
  const store = await open(name)
  await store.load()
  const step = steps()
  const made = (id: string, table: string, created_at: string): StoredRow => ({
    table,
    id,
    scope,
    seq: 1,
    mine,
    fields: { created_at },
  })
  const old = [made('s1', 'sales', '2026-01-01'), made('s2', 'sales', '2026-11-01')]
  const goods = [made('p1', 'products', '2026-01-01')]
  const parts = [
    {
      table: 'sales',
      columns: ['id', 'created_at'],
      rows: old.map((one) => [one.id, 'created_at' in one.fields ? String(one.fields.created_at) : null]),
    },
    { table: 'products', columns: ['id', 'created_at'], rows: [['p1', '2026-01-01']] },
  ]
  await store.advance(
    {
      puts: [...old, ...goods],
      removed: [],
      pack: packChunk({ scope, cursor: 'e1.1', seq: 1, mine, parts }),
    },
    step('e1.1'),
  )
  await store.advance(
    { puts: [made('s3', 'sales', '2026-01-02'), made('p2', 'products', '2026-01-02')], removed: [] },
    step('e1.2'),
  )

  await store.giveUp(['sales'], '2026-06-01')
  const { rows, scopes } = await (await open(name)).load()
  expect(rows.map(({ id }) => id).sort()).toEqual(['p1', 'p2', 's2'])
  expect(scopes).toEqual([{ scope, cursor: 'e1.2', expired: true }])
})

it('another tab that wrote in between does not leave an old row over a newer snapshot', async () => {
  const name = `packs-${++profiles}`
  const [one, other] = [await open(name), await open(name)]
  await one.load()
  await other.load()
  const step = steps()
  await one.advance({ puts: [row('a', 1, 'old')], removed: [] }, step('e1.1'))
  await other.lookAgain()
  await other.advance(chunk('e1.2', row('a', 2, 'new')), step('e1.2'))
  expect((await stored(name)).rows).toEqual(['a new'])
})
