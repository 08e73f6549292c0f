import type { Branchline, Mutation } from '../src/index.ts'
import { branch, FakeNode } from './fake-node.ts'

export const rice = '0193f0a1-0000-7000-8000-000000000a01'
export const salt = '0193f0a1-0000-7000-8000-000000000a02'
export const riceStock = '0193f0a1-0000-7000-8000-000000000e01'
export const order = '0193f0a1-0000-7000-8000-000000000c01'
export const ownBranch = `branch:${branch}`

/** A node with a product, ten of it in stock, and a draft order. */
export async function openShop(): Promise<FakeNode> {
  const node = await new FakeNode().start()
  node.put('products', rice, { name: 'Rice 5 kg', price: 1250, status: 'active' })
  node.put('inventories', riceStock, { product_id: rice, quantity: 10 })
  node.put('orders', order, { branch_id: branch, status: 'draft' }, ownBranch)
  return node
}

/** The sale, and the goods that left, as one mutation. */
export function sell(till: Branchline, quantity = 1): Promise<Mutation> {
  return till.mutate([
    {
      table: 'sales',
      id: till.newId(),
      kind: 'insert',
      fields: { receipt_number: { $receipt: 'B01-T1' }, branch_id: branch, total: 1250 * quantity },
    },
    {
      table: 'inventory_adjustments',
      id: till.newId(),
      kind: 'insert',
      fields: { product_id: rice, quantity: -quantity },
    },
  ])
}

export function rename(till: Branchline, name: string): Promise<Mutation> {
  return till.mutate([{ table: 'products', id: rice, kind: 'update', fields: { name } }])
}
