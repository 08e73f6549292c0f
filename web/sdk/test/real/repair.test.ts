import { openDB } from 'idb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Branchline, createBranchline } from '../../src/index.ts'
import type { StoredRow } from '../../src/store/databases.ts'
import { unpack } from '../../src/store/packs.ts'
import '../till.ts'
import { isLive, newProfile, until } from '../till.ts'
import { hasProgram, RealNode } from './program.ts'

const node = new RealNode()
const tills: Branchline[] = []

async function start(profile: string): Promise<Branchline> {
  const till = createBranchline({ url: node.url, name: profile })
  tills.push(till)
  await till.start()
  return till
}

/** Every row of the till, by table and id, with its fields in order. */
function rowsOf(till: Branchline): ReadonlyMap<string, string> {
  const tables = Object.keys(till.schema?.tables ?? {})
  return new Map(
    tables.flatMap((table) =>
      till.rows(table).map((row): [string, string] => [
        `${table}/${row.id}`,
        JSON.stringify(
          Object.entries(row)
            .filter(([, value]) => value !== null)
            .sort(),
        ),
      ]),
    ),
  )
}

describe.skipIf(!hasProgram)('rows that differ from the real node', () => {
  beforeAll(async () => {
    await node.start()
  }, 60_000)

  afterAll(async () => {
    for (const till of tills) await till.stop()
    await node.remove()
  })

  it('are not found where there are none: both ends have the same checksum of a whole shop', async () => {
    const till = await start(newProfile())
    await till.signIn('manager@demo.shop', 'branchline-demo')
    await until(() => till.isLoaded && isLive(till), 20_000)
    const [product] = till.rows('products')
    await till.mutate([{ table: 'products', id: product?.id ?? '', kind: 'update', fields: { price: 4321 } }])
    await until(
      () => till.row('products', product?.id ?? '')?.$pending === false && till.outbox.waiting === 0,
    )
    await until(() => till.isConfirmed)
    expect(till.checks).toEqual({ mismatches: 0, repaired: 0 })
  }, 60_000)

  it('are found by the checksum, one by one, and put right', async () => {
    const profile = newProfile()
    const till = await start(profile)
    await till.signIn('manager@demo.shop', 'branchline-demo')
    await until(() => till.isLoaded && isLive(till), 20_000)
    await until(() => till.isConfirmed)
    const expected = rowsOf(till)
    const user = till.session.current?.user.id
    await till.stop()

    const db = await openDB(`${profile}:${user}`)
    const rows = (await db.getAll('packs')).flatMap(unpack).filter((row) => row.table === 'products')
    const [first, second, third] = rows as [StoredRow, StoredRow, StoredRow]
    await db.put('rows', { ...first, fields: { ...first.fields, price: 1 } })
    await db.put('rows', { table: 'products', id: second.id, isGone: true })
    await db.put('rows', { ...third, id: '0193f0a1-0000-7000-8000-000000000bad' })
    db.close()

    const again = await start(profile)
    await again.signIn('manager@demo.shop', 'branchline-demo')
    await until(() => again.checks.repaired > 0, 20_000)
    expect(rowsOf(again)).toEqual(expected)
    expect(again.checks).toEqual({ mismatches: 1, repaired: 3 })
  }, 60_000)
})
