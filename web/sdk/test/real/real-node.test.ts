import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Branchline, createBranchline } from '../../src/index.ts'
import '../till.ts'
import { isLive, newProfile, until } from '../till.ts'
import { hasProgram, RealNode } from './program.ts'

const password = 'branchline-demo'
const node = new RealNode()
const tills: Branchline[] = []

async function open(email: string, profile = newProfile()): Promise<Branchline> {
  const till = createBranchline({ url: node.url, name: profile })
  tills.push(till)
  await till.start()
  expect(await till.signIn(email, password)).toEqual({ kind: 'signed_in' })
  await until(() => till.isLoaded && isLive(till), 10_000)
  return till
}

describe.skipIf(!hasProgram)('a real node', () => {
  let cashier: Branchline
  let manager: Branchline

  beforeAll(async () => {
    await node.start()
    cashier = await open('cashier@demo.shop')
    manager = await open('manager@demo.shop')
  }, 60_000)

  afterAll(async () => {
    for (const till of tills) await till.stop()
    await node.remove()
  })

  it('a sale on one till changes stock on the other', async () => {
    const branch = cashier.session.current?.branches[0]?.id ?? ''
    const [stock] = cashier.rows('inventories', {
      where: { branch_id: branch, quantity: (q) => Number(q) > 5 },
    })
    const id = stock?.id ?? ''
    const product_id = stock?.product_id ?? null
    const before = Number(stock?.quantity)
    const sale_id = cashier.newId()
    manager.rows('inventories')
    await cashier.mutate([
      {
        table: 'sales',
        id: sale_id,
        kind: 'insert',
        fields: {
          receipt_number: { $receipt: `X${Date.now()}` },
          branch_id: branch,
          subtotal: 500,
          total: 500,
        },
      },
      {
        table: 'sale_lines',
        id: cashier.newId(),
        kind: 'insert',
        fields: {
          sale_id,
          branch_id: branch,
          product_id,
          name: 'x',
          quantity: 2,
          unit_price: 250,
          total: 500,
        },
      },
      {
        table: 'transactions',
        id: cashier.newId(),
        kind: 'insert',
        fields: { branch_id: branch, kind: 'payment', amount: 500, sale_id },
      },
      {
        table: 'inventory_adjustments',
        id: cashier.newId(),
        kind: 'insert',
        fields: { product_id, branch_id: branch, kind: 'sale', quantity: -2, sale_id },
      },
    ])
    expect(cashier.row('inventories', id)?.quantity).toBe(before - 2)
    await until(() => manager.row('inventories', id)?.quantity === before - 2)
    await until(() => cashier.outbox.waiting === 0)
    expect(cashier.outbox.rejected).toEqual([])
    expect(cashier.row('inventories', id)?.quantity).toBe(before - 2)
    expect(cashier.row('sales', sale_id)?.$pending).toBe(false)
    expect(cashier.row('sales', sale_id)?.paid).toBe(500)
  })

  it('an order moves on both boards', async () => {
    const branch = cashier.session.current?.branches[0]?.id ?? ''
    const id = cashier.newId()
    await cashier.mutate([{ table: 'orders', id, kind: 'insert', fields: { branch_id: branch, number: id } }])
    await until(() => manager.row('orders', id)?.status === 'draft')
    await manager.mutate([{ table: 'orders', id, kind: 'update', fields: { status: 'awaiting_payment' } }])
    await until(() => cashier.row('orders', id)?.status === 'awaiting_payment')
    expect(manager.outbox.rejected).toEqual([])
  })

  it('a hundred sales at once arrive once each, in order', async () => {
    const branch = cashier.session.current?.branches[0]?.id ?? ''
    const ids = Array.from({ length: 100 }, () => cashier.newId())
    await Promise.all(
      ids.map((id) =>
        cashier.mutate([{ table: 'orders', id, kind: 'insert', fields: { branch_id: branch, number: id } }]),
      ),
    )
    await until(() => cashier.outbox.waiting === 0)
    await until(() => ids.every((id) => manager.row('orders', id) !== undefined))
    expect(cashier.outbox.rejected).toEqual([])
  })

  it('goes on from its cursor after a restart of the till, and catches up', async () => {
    const profile = newProfile()
    const till = await open('releasing@demo.shop', profile)
    await till.stop()
    const branch = cashier.session.current?.branches[0]?.id ?? ''
    const id = cashier.newId()
    await cashier.mutate([{ table: 'orders', id, kind: 'insert', fields: { branch_id: branch, number: id } }])
    await until(() => cashier.outbox.waiting === 0)
    const again = await open('releasing@demo.shop', profile)
    await until(() => again.row('orders', id) !== undefined)
  })

  it('a rule of the business refuses, and the mutation lies in the tray', async () => {
    const branch = cashier.session.current?.branches[0]?.id ?? ''
    await cashier.mutate([
      {
        table: 'order_lines',
        id: cashier.newId(),
        kind: 'insert',
        fields: { order_id: cashier.newId(), branch_id: branch, name: 'x', unit_price: 1, total: 1 },
      },
    ])
    await until(() => cashier.outbox.waiting === 0)
    expect(cashier.outbox.rejected.map((one) => one.code)).toEqual(['broken_reference'])
  })

  it('is killed twice while the till sells, and has every order once', async () => {
    const branch_id = cashier.session.current?.branches[0]?.id ?? ''
    const ids: string[] = []
    let isSelling = true
    const selling = (async () => {
      while (isSelling) {
        const id = cashier.newId()
        ids.push(id)
        await cashier.mutate([{ table: 'orders', id, kind: 'insert', fields: { branch_id, number: id } }])
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    })()
    for (let round = 0; round < 2; round++) {
      await new Promise((resolve) => setTimeout(resolve, 500))
      await node.kill()
      await until(() => !isLive(cashier))
      await node.start()
      await until(() => isLive(cashier), 20_000)
    }
    isSelling = false
    await selling
    await until(() => cashier.outbox.waiting === 0, 20_000)
    expect(cashier.outbox.rejected.filter((one) => one.mutation.writes[0]?.table === 'orders')).toEqual([])
    await until(() => ids.every((id) => manager.row('orders', id) !== undefined), 20_000)
    expect(ids.filter((id) => cashier.row('orders', id)?.$pending !== false)).toEqual([])
  }, 90_000)
})
