import { describe, expect, it } from 'vitest'
import { shopSchema } from '../../test/shop-schema.ts'
import type { Query, Row } from '../api.ts'
import { encodeStamp } from '../clock.ts'
import type { OutboxEntry, StoredRow } from '../store/databases.ts'
import { Replica } from './replica.ts'

const stock = (id: string, product_id: string, quantity = 1): StoredRow => ({
  table: 'inventories',
  id,
  scope: 'everyone',
  seq: 1,
  fields: { product_id, quantity },
})

const product = (id: string, name: string, status = 'active'): StoredRow => ({
  table: 'products',
  id,
  scope: 'everyone',
  seq: 1,
  fields: { name, price: 100, status },
})

function renamed(id: string, name: string): OutboxEntry {
  const at = encodeStamp({ ms: 1_700_000_000_000, counter: 0 }, 'till')
  const writes = [{ table: 'products', id, kind: 'update', fields: { name } } as const]
  return {
    order: 1,
    user: 'u',
    state: 'waiting',
    queuedAt: 1,
    mutation: { device: 'till', n: 1, id: 'm1', at, base: null, writes },
  }
}

function shop(): Replica {
  const replica = new Replica()
  replica.setSchema(shopSchema)
  const puts = [
    product('rice', 'Rice'),
    product('beans', 'Beans'),
    stock('i1', 'rice'),
    stock('i2', 'beans'),
    stock('i3', 'gone'),
  ]
  replica.applyBase({ puts, removed: [] })
  return replica
}

const withProduct: Query = { with: { product: 'product_id' } }
const names = (rows: readonly Row[]) => rows.map((row) => (row.product as Row | null)?.name ?? null)

describe('rows with the rows they name', () => {
  it('come joined, with null where there is none', () => {
    const rows = shop().rows('inventories', withProduct)
    expect(names(rows)).toEqual(['Rice', 'Beans', null])
    expect(rows[0]?.quantity).toBe(1)
    expect(Object.isFrozen(rows[0])).toBe(true)
  })

  it('stay the same array and the same objects until something shown has changed', () => {
    const replica = shop()
    const before = replica.rows('inventories', withProduct)
    replica.applyBase({ puts: [product('salt', 'Salt')], removed: [] })
    expect(replica.rows('inventories', { with: { product: 'product_id' } })).toBe(before)
    replica.applyBase({ puts: [product('rice', 'Red rice')], removed: [] })
    const after = replica.rows('inventories', withProduct)
    expect(names(after)).toEqual(['Red rice', 'Beans', null])
    expect(after[1]).toBe(before[1])
    expect(after[0]).not.toBe(before[0])
  })

  it('tell who watches the table when a joined row changes, comes or goes', () => {
    const replica = shop()
    replica.rows('inventories', withProduct)
    let told = 0
    replica.watch('inventories', () => {
      told += 1
    })
    replica.applyBase({ puts: [product('rice', 'Red rice')], removed: [] })
    replica.applyBase({ puts: [product('gone', 'Back again')], removed: [] })
    replica.applyBase({ puts: [], removed: [['products', 'beans']] })
    expect(told).toBe(3)
    expect(names(replica.rows('inventories', withProduct))).toEqual(['Red rice', null, 'Back again'])
  })

  it('are filtered, sorted and limited by what they join', () => {
    const replica = shop()
    replica.applyBase({ puts: [product('gone', 'Apples', 'archived')], removed: [] })
    const sorted = (query: Query) => names(replica.rows('inventories', { ...withProduct, ...query }))
    expect(sorted({ sort: 'product.name' })).toEqual(['Apples', 'Beans', 'Rice'])
    expect(sorted({ sort: '-product.name', limit: 2 })).toEqual(['Rice', 'Beans'])
    expect(sorted({ where: { 'product.status': 'active' }, sort: 'product.name' })).toEqual(['Beans', 'Rice'])
    expect(sorted({ where: { product_id: 'beans' } })).toEqual(['Beans'])
  })

  it('are pending when they themselves are, and so is each joined row', () => {
    const replica = shop()
    replica.addPending(renamed('rice', 'Red rice'))
    const [row] = replica.rows('inventories', withProduct)
    expect(row?.$pending).toBe(false)
    expect(row?.product).toMatchObject({ name: 'Red rice' })
    expect(replica.row('products', 'rice')).toBe(row?.product)
    expect(replica.row('products', 'rice')?.$pending).toBe(true)
    expect(row?.$fromCache).toBe(true)
    replica.setConfirmed(true)
    expect(row?.$fromCache).toBe(false)
    expect({ ...row }).not.toHaveProperty('$pending')
  })

  it('are refused for a field that names no row', () => {
    expect(() => shop().rows('inventories', { with: { product: 'quantity' } })).toThrow(
      'inventories.quantity names no row of another table',
    )
  })
})
