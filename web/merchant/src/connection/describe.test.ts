import type { Branchline, MergedMutation, Mutation, Row, RowWrite } from '@branchline/client'
import { expect, it } from 'vitest'
import { describe } from './describe.ts'
import { mergedLines } from './merged.ts'

const rows: Readonly<Record<string, Record<string, unknown>>> = {
  'products/p1': { id: 'p1', name: 'Butter, 250 g' },
  'inventories/i1': { id: 'i1', product_id: 'p1' },
}
const client = {
  schema: {
    hash: 'h',
    tables: {
      products: {
        label: 'Products',
        title: 'name',
        fields: {
          name: { type: 'text' },
          price: { type: 'money', label: 'Price' },
          low_at: { type: 'integer' },
        },
      },
      inventories: {
        label: 'Inventory',
        title: 'product_id',
        fields: { product_id: { type: 'ref', table: 'products' }, shelf: { type: 'text' } },
      },
    },
  },
  row: (table: string, id: string) => rows[`${table}/${id}`] as Row | undefined,
} as unknown as Branchline

function mutation(...writes: RowWrite[]): Mutation {
  return { device: 'd', n: 1, id: 'm1', at: '', base: null, writes }
}

function merged(change: Mutation, ...keptFields: string[]): MergedMutation {
  return { id: change.id, mutation: change, keptFields, mergedAt: new Date(0) }
}

it('calls a shelf by its product, also one that the server refused to make', () => {
  const change = mutation({ table: 'inventories', id: 'i1', kind: 'update', fields: { shelf: 'A3' } })
  expect(describe(change, client)).toBe('Change in Inventory: Butter, 250 g')
  const made = mutation({ table: 'inventories', id: 'i9', kind: 'insert', fields: { product_id: 'p1' } })
  expect(describe(made, client)).toBe('New in Inventory: Butter, 250 g')
})

it('never shows an id: what has no name is told by its table', () => {
  expect(describe(mutation({ table: 'inventories', id: 'i9', kind: 'delete', fields: {} }), client)).toBe(
    'Deleted from Inventory',
  )
  const unknown = mutation({ table: 'inventories', id: 'i9', kind: 'insert', fields: { product_id: 'p9' } })
  expect(describe(unknown, client)).toBe('New in Inventory')
})

it('names the row and the fields that were changed elsewhere meanwhile', () => {
  const fields = { price: 1, low_at: 2, name: 'x' }
  const change = mutation({ table: 'products', id: 'p1', kind: 'update', fields })
  expect(mergedLines(merged(change, 'products.price', 'products.low_at'), client)).toEqual([
    { row: 'Butter, 250 g', fields: 'Price and Low at' },
  ])
})

it('names the table where more than one row could be meant', () => {
  const change = mutation(
    { table: 'products', id: 'p1', kind: 'update', fields: { price: 1 } },
    { table: 'products', id: 'p2', kind: 'update', fields: { price: 1, name: 'Salt' } },
  )
  expect(mergedLines(merged(change, 'products.price'), client)).toEqual([
    { row: 'Products', fields: 'Price' },
  ])
})
