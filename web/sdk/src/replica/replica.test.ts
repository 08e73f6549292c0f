import { describe, expect, it } from 'vitest'
import { shopSchema } from '../../test/shop-schema.ts'
import { encodeStamp } from '../clock.ts'
import type { RowWrite } from '../protocol/messages.ts'
import type { OutboxEntry, StoredRow } from '../store/databases.ts'
import { Replica } from './replica.ts'

const device = 'till'

function entry(n: number, ...writes: readonly RowWrite[]): OutboxEntry {
  const at = encodeStamp({ ms: 1_700_000_000_000 + n, counter: 0 }, device)
  const mutation = { device, n, id: `m${n}`, at, base: null, writes }
  return { order: n, user: 'u', state: 'waiting', queuedAt: 1, mutation }
}

function moved(quantity: number, kind = 'sale'): RowWrite {
  const id = `adj${Math.abs(quantity)}${kind}`
  return {
    table: 'inventory_adjustments',
    id,
    kind: 'insert',
    fields: { product_id: 'rice', quantity, kind },
  }
}

function stored(quantity: number, n: number): StoredRow {
  const fields = { product_id: 'rice', quantity }
  return { table: 'inventories', id: 'i1', scope: 'everyone', seq: n, mine: { device, n }, fields }
}

function replicaWith(...rows: readonly StoredRow[]): Replica {
  const replica = new Replica()
  replica.setSchema(shopSchema)
  replica.applyBase({ puts: rows, removed: [] })
  return replica
}

const quantity = (replica: Replica) => replica.row('inventories', 'i1')?.quantity

describe('sums over pending ledger entries', () => {
  it('add up, and leave with the mutation', () => {
    const replica = replicaWith(stored(10, 0))
    replica.addPending(entry(1, moved(-2)))
    replica.addPending(entry(2, moved(-3)))
    expect(quantity(replica)).toBe(5)
    replica.setPending([entry(2, moved(-3))])
    expect(quantity(replica)).toBe(7)
    replica.setPending([])
    expect(quantity(replica)).toBe(10)
    expect(replica.row('inventories', 'i1')?.$pending).toBe(false)
  })

  it('are not counted twice once the confirmed row contains them', () => {
    const replica = replicaWith(stored(10, 0))
    replica.addPending(entry(1, moved(-2)))
    replica.addPending(entry(2, moved(-3)))
    replica.applyBase({ puts: [stored(8, 1)], removed: [] })
    expect(quantity(replica)).toBe(5)
    replica.applyBase({ puts: [stored(5, 2)], removed: [] })
    expect(quantity(replica)).toBe(5)
    replica.setPending([])
    expect(quantity(replica)).toBe(5)
  })

  it('a count states the quantity, and what is sold after it comes off', () => {
    const replica = replicaWith(stored(10, 0))
    replica.addPending(entry(1, moved(-2)))
    replica.addPending(entry(2, moved(20, 'count')))
    replica.addPending(entry(3, moved(-1)))
    expect(quantity(replica)).toBe(19)
  })

  it('tell who watches the table with the sum', () => {
    const replica = replicaWith(stored(10, 0))
    replica.rows('inventories')
    let told = 0
    replica.watch('inventories', () => told++)
    replica.addPending(entry(1, moved(-2)))
    expect(told).toBe(1)
  })
})

describe('rows', () => {
  it('are frozen, and a copy has no flags', () => {
    const row = replicaWith(stored(10, 0)).row('inventories', 'i1')
    expect(Object.isFrozen(row)).toBe(true)
    expect(row?.$pending).toBe(false)
    expect(row?.$fromCache).toBe(true)
    expect({ ...row }).toEqual({ id: 'i1', product_id: 'rice', quantity: 10 })
  })

  it('lists stay the same array when a change changes nothing', () => {
    const replica = replicaWith(stored(10, 0))
    const rows = replica.rows('inventories')
    replica.applyBase({ puts: [stored(10, 3)], removed: [] })
    expect(replica.rows('inventories')).toBe(rows)
  })

  it('of an unknown table are none', () => {
    expect(replicaWith().rows('constructor')).toEqual([])
    expect(new Replica().rows('products')).toEqual([])
  })
})
