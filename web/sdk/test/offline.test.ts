import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CheckError } from '../src/index.ts'
import { branch, type FakeNode } from './fake-node.ts'
import { openShop, order, rename, rice, riceStock, sell } from './shop.ts'
import { isLive, newProfile, startTill, stopTills, until } from './till.ts'

let node: FakeNode

beforeEach(async () => {
  node = await openShop()
})

afterEach(async () => {
  await stopTills()
  await node.stop()
})

describe('a till without a network', () => {
  it('sends a queued sale once after reconnect', async () => {
    const till = await startTill(node)
    await until(() => till.row('products', rice) !== undefined)
    await node.stop()
    await until(() => !isLive(till))

    await sell(till, 2)
    expect(till.outbox.waiting).toBe(1)
    expect(till.row('inventories', riceStock)?.quantity).toBe(8)
    expect(till.row('inventories', riceStock)?.$pending).toBe(true)

    await node.start()
    await until(() => till.outbox.waiting === 0)
    expect(node.count('sales')).toBe(1)
    expect(node.field('inventories', riceStock, 'quantity')).toBe(8)
    await until(() => till.row('inventories', riceStock)?.$pending === false)
    expect(till.row('inventories', riceStock)?.quantity).toBe(8)
  })

  it('starts from what it keeps, sells, and sends after the next start with a network', async () => {
    const profile = newProfile()
    const first = await startTill(node, profile)
    await until(() => first.isLoaded)
    await stopTills()
    await node.stop()

    const second = await startTill(node, profile)
    expect(second.session.current?.user.name).toBe('Ana')
    expect(second.isLoaded).toBe(true)
    expect(second.row('products', rice)?.name).toBe('Rice 5 kg')
    expect(second.row('products', rice)?.$fromCache).toBe(true)
    await sell(second)
    await stopTills()

    const third = await startTill(node, profile)
    expect(third.outbox.waiting).toBe(1)
    expect(third.row('inventories', riceStock)?.quantity).toBe(9)
    await node.start()
    await until(() => third.outbox.waiting === 0)
    expect(node.applied.length).toBe(1)
    await until(() => third.row('products', rice)?.$fromCache === false)
  })

  it('says since when it is offline, and how long the oldest sale waits', async () => {
    const till = await startTill(node)
    await until(() => till.isLoaded)
    await node.stop()
    await until(() => till.connection.state.kind === 'offline')
    const { state } = till.connection
    expect(state.kind === 'offline' && state.since).toBeInstanceOf(Date)
    await sell(till)
    await sell(till)
    expect(till.outbox.waiting).toBe(2)
    expect(till.outbox.oldestAt).toEqual(till.outbox.entries()[0]?.queuedAt)
    expect(till.connection.state).toBe(state)
  })

  it('numbers receipts without gaps, and mutations from 1 upwards', async () => {
    const till = await startTill(node)
    await until(() => till.isLoaded)
    await node.stop()
    const sold = await Promise.all([sell(till), sell(till), sell(till)])
    expect(sold.map((mutation) => mutation.writes[0]?.fields.receipt_number)).toEqual([
      'B01-T1-000001',
      'B01-T1-000002',
      'B01-T1-000003',
    ])
    expect(sold.map((mutation) => mutation.n)).toEqual([1, 2, 3])
    expect([...sold].sort((a, b) => (a.at < b.at ? -1 : 1))).toEqual(sold)
    const later = await till.mutate(
      [{ table: 'products', id: rice, kind: 'update', fields: { barcode: { $receipt: 'B01-T1' } } }],
      { receiptSeries: { 'B01-T1': 416 } },
    )
    expect(later.writes[0]?.fields.barcode).toBe('B01-T1-000417')
  })

  it('refuses what the node would refuse, and keeps nothing of it', async () => {
    const till = await startTill(node)
    await until(() => till.isLoaded)
    await node.stop()
    const release = till.mutate([
      { table: 'orders', id: order, kind: 'update', fields: { status: 'released' } },
    ])
    await expect(release).rejects.toThrow(CheckError)
    await expect(release).rejects.toMatchObject({ code: 'illegal_move', table: 'orders', field: 'status' })
    expect(till.outbox.waiting).toBe(0)
  })

  it('lets a later write of the same mutation build on an earlier one', async () => {
    const till = await startTill(node)
    await until(() => till.isLoaded)
    const id = till.newId()
    await till.mutate([
      { table: 'orders', id, kind: 'insert', fields: { branch_id: branch } },
      { table: 'orders', id, kind: 'update', fields: { status: 'paid' } },
    ])
    expect(till.row('orders', id)?.status).toBe('paid')
  })

  it('shows a new row with what the node will fill in', async () => {
    const till = await startTill(node)
    await until(() => till.isLoaded)
    await node.stop()
    const id = till.newId()
    await till.mutate([{ table: 'products', id, kind: 'insert', fields: { name: 'Salt', price: 90 } }])
    expect(till.row('products', id)).toMatchObject({ id, name: 'Salt', status: 'active' })
    expect(till.row('products', id)?.created_at).toMatch(/^\d{4}-\d\d-\d\dT/)
    await till.mutate([{ table: 'products', id, kind: 'delete' }])
    expect(till.row('products', id)).toBeUndefined()
  })
})

describe('what became of a mutation', () => {
  it('rejected ones go to the tray whole, and those behind them go on', async () => {
    const till = await startTill(node)
    await until(() => till.isLoaded)
    node.judge = ({ n }) => (n === 2 ? { code: 'rule_violated', reason: 'The total is wrong' } : undefined)
    await rename(till, 'first')
    await rename(till, 'second')
    await till.mutate([{ table: 'products', id: rice, kind: 'update', fields: { price: 7 } }])
    await until(() => till.outbox.waiting === 0)

    const [rejected] = till.outbox.rejected
    expect(till.outbox.rejected.length).toBe(1)
    expect(rejected).toMatchObject({ code: 'rule_violated', reason: 'The total is wrong' })
    expect(rejected?.mutation.writes[0]?.fields).toEqual({ name: 'second' })
    await until(() => till.row('products', rice)?.name === 'first' && till.row('products', rice)?.price === 7)
  })

  it('a merged one is told once, with the fields that kept a newer value', async () => {
    const till = await startTill(node)
    await until(() => till.isLoaded)
    node.keeps = ({ n }) => (n === 2 ? ['products.price'] : [])
    node.answersToLose = 1
    await rename(till, 'first')
    const second = await till.mutate([{ table: 'products', id: rice, kind: 'update', fields: { price: 7 } }])
    await until(() => till.outbox.waiting === 0)
    const [merged] = till.outbox.merged
    expect(till.outbox.merged.length).toBe(1)
    expect(merged).toMatchObject({ id: second.id, mutation: second, keptFields: ['products.price'] })
    expect(merged?.mergedAt).toBeInstanceOf(Date)
    await rename(till, 'third')
    await until(() => till.outbox.waiting === 0)
    expect(till.outbox.merged[0]).toBe(merged)
  })

  it('a rejected one is sent again changed, or dismissed', async () => {
    const profile = newProfile()
    const till = await startTill(node, profile)
    await until(() => till.isLoaded)
    node.judge = () => ({ code: 'rule_violated', reason: 'No' })
    await rename(till, 'one')
    await rename(till, 'two')
    await until(() => till.outbox.rejected.length === 2)
    node.judge = () => undefined

    const [one, two] = till.outbox.rejected
    await till.outbox.resend(one?.id ?? '', [
      { table: 'products', id: rice, kind: 'update', fields: { name: 'better' } },
    ])
    await until(() => node.field('products', rice, 'name') === 'better')
    await till.outbox.dismiss(two?.id ?? '')
    expect(till.outbox.rejected).toEqual([])
    await stopTills()
    expect((await startTill(node, profile)).outbox.rejected).toEqual([])
  })

  it('a lost answer is asked for again and nothing is applied twice', async () => {
    const till = await startTill(node)
    await until(() => till.isLoaded)
    node.answersToLose = 1
    await sell(till)
    await until(() => till.outbox.waiting === 0)
    expect(node.pushes.length).toBe(2)
    expect(node.pushes[1]?.mutations).toEqual(node.pushes[0]?.mutations)
    expect(node.applied.length).toBe(1)
    await until(() => till.row('inventories', riceStock)?.$pending === false)
    expect(till.row('inventories', riceStock)?.quantity).toBe(9)
  })

  it('a node that is busy is asked again later', async () => {
    const till = await startTill(node)
    await until(() => till.isLoaded)
    node.refusals = [{ status: 503, code: 'store_unavailable', isTransient: true }]
    await sell(till)
    await until(() => till.outbox.waiting === 0)
    expect(node.applied.length).toBe(1)
    expect(till.outbox.rejected).toEqual([])
  })

  it('a copied profile becomes another device and keeps the mutation ids', async () => {
    const till = await startTill(node)
    await until(() => till.isLoaded)
    await rename(till, 'before')
    await until(() => till.outbox.waiting === 0)
    const former = till.deviceId
    node.refusals = [{ status: 409, code: 'device_cloned', isTransient: false }]
    const mutation = await rename(till, 'after')
    await until(() => till.outbox.waiting === 0)
    expect(till.deviceId).not.toBe(former)
    const sent = node.pushes.at(-1)
    expect(sent?.incarnation).toBe(null)
    expect(sent?.mutations[0]).toMatchObject({ id: mutation.id, n: 1, device: till.deviceId })
    expect(sent?.mutations[0]?.at.slice(0, 16)).toBe(mutation.at.slice(0, 16))
    expect(node.field('products', rice, 'name')).toBe('after')
  })

  it('a node that was restored and misses numbers is pushed to under a new device id', async () => {
    const till = await startTill(node)
    await until(() => till.isLoaded)
    await rename(till, 'one')
    await until(() => till.outbox.waiting === 0)
    await node.stop()
    await until(() => !isLive(till))
    await rename(till, 'two')
    node.restartLog()
    await node.start()
    await until(() => till.outbox.waiting === 0)
    expect(node.field('products', rice, 'name')).toBe('two')
    expect(node.applied.length).toBe(2)
  })

  it('what a node answered, and lost by a restore before it was read back, is sent again', async () => {
    node.takesSockets = false
    const till = await startTill(node)
    await until(() => till.isLoaded)
    node.isPullDown = true
    await rename(till, 'one')
    await until(() => till.outbox.waiting === 0)
    const [lost] = node.applied
    node.restartLog()
    node.isPullDown = false
    const sent = () => node.pushes.flatMap((push) => push.mutations).filter(({ id }) => id === lost?.id)
    await until(() => sent().length === 2)
    expect(sent()[1]?.device).not.toBe(lost?.device)
    await until(() => till.outbox.waiting === 0)
  })

  it.each([true, false])(
    'what was read back is sent again, too, though a copy of this profile has used the same numbers (socket: %s)',
    async (takesSockets) => {
      node.takesSockets = takesSockets
      const till = await startTill(node)
      await until(() => till.isLoaded)
      for (const name of ['one', 'two']) await rename(till, name)
      await until(() => till.outbox.waiting === 0 && node.pulls.length > (takesSockets ? 0 : 3))
      const device = till.deviceId
      await node.stop()
      node.restartLog({ device, n: 9 })
      await node.start()
      const sent = () => node.pushes.flatMap((push) => push.mutations).map(({ n }) => n)
      await until(() => sent().length === 4, 20_000)
      expect(sent()).toEqual([1, 2, 1, 2])
      expect(till.deviceId).not.toBe(device)
      expect(node.applied.length).toBe(2)
      await until(() => till.outbox.waiting === 0)
      await rename(till, 'three')
      await until(() => till.outbox.waiting === 0)
      expect(sent()).toEqual([1, 2, 1, 2, 3])
    },
  )

  it('one that the node cannot read is put aside alone', async () => {
    const till = await startTill(node)
    await until(() => till.isLoaded)
    await node.stop()
    await until(() => !isLive(till))
    for (const name of ['a', 'b', 'c']) await rename(till, name)
    const tooLarge = { status: 413, code: 'body_too_large', isTransient: false }
    // Three together, then two, then the first alone: the first is the culprit.
    node.refusals = [tooLarge, tooLarge]
    await node.start()
    await until(() => till.outbox.waiting === 0)
    expect(till.outbox.rejected.map((one) => [one.code, one.mutation.writes[0]?.fields.name])).toEqual([
      ['body_too_large', 'a'],
    ])
    expect(node.field('products', rice, 'name')).toBe('c')
  })
})
