import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { branch, FakeNode } from './fake-node.ts'
import { isLive, newProfile, startTill, stopTills, until } from './till.ts'

const rice = '0193f0a1-0000-7000-8000-000000000a01'
const stock = '0193f0a1-0000-7000-8000-000000000e01'

let node: FakeNode

beforeEach(async () => {
  node = await new FakeNode().start()
  node.put('products', rice, { name: 'Rice 5 kg', price: 1250, status: 'active' })
  node.put('inventories', stock, { product_id: rice, quantity: 10 })
})

afterEach(async () => {
  await stopTills()
  await node.stop()
})

async function sell(till: Awaited<ReturnType<typeof startTill>>, quantity = 1) {
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

describe('a till without a network', () => {
  it('sends a queued sale once after reconnect', async () => {
    const till = await startTill(node)
    await until(() => till.row('products', rice) !== undefined)
    await node.stop()
    await until(() => !isLive(till))

    await sell(till, 2)
    expect(till.outbox.waiting).toBe(1)
    expect(till.row('inventories', stock)?.quantity).toBe(8)
    expect(till.row('inventories', stock)?.$pending).toBe(true)

    await node.start()
    await until(() => till.outbox.waiting === 0)
    expect(node.count('sales')).toBe(1)
    expect(node.field('inventories', stock, 'quantity')).toBe(8)
    await until(() => till.row('inventories', stock)?.$pending === false)
    expect(till.row('inventories', stock)?.quantity).toBe(8)
  })

  it('starts from what it keeps, sells, and sends after the next start with a network', async () => {
    const profile = newProfile()
    const first = await startTill(node, profile)
    await until(() => first.isLoaded)
    await stopTills()
    await node.stop()

    const second = await startTill(node, profile)
    expect(second.session.current?.user.name).toBe('Ana')
    expect(second.row('products', rice)?.name).toBe('Rice 5 kg')
    expect(second.row('products', rice)?.$fromCache).toBe(true)
    await sell(second)
    await stopTills()

    const third = await startTill(node, profile)
    expect(third.outbox.waiting).toBe(1)
    expect(third.row('inventories', stock)?.quantity).toBe(9)
    await node.start()
    await until(() => third.outbox.waiting === 0)
    expect(node.applied.length).toBe(1)
    await until(() => third.row('products', rice)?.$fromCache === false)
  })
})
