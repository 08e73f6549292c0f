import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { branch, type FakeNode } from './fake-node.ts'
import { openShop, order, ownBranch, rename, rice, riceStock, salt, sell } from './shop.ts'
import { isLive, newProfile, startTill, stopTills, until } from './till.ts'

let node: FakeNode

beforeEach(async () => {
  node = await openShop()
})

afterEach(async () => {
  await stopTills()
  await node.stop()
})

describe('two tills in step', () => {
  it('a sale on one lowers the stock on the other', async () => {
    const [one, other] = [await startTill(node), await startTill(node)]
    await until(() => one.isLoaded && other.isLoaded && isLive(one) && isLive(other))
    let told = 0
    other.watch('inventories', () => told++)
    await sell(one, 3)
    await until(() => other.row('inventories', riceStock)?.quantity === 7)
    expect(told).toBeGreaterThan(0)
    await until(() => other.rows('sales').length === 1)
  })

  it('stock never shows a sale twice, whichever comes first, the change or the answer', async () => {
    const till = await startTill(node)
    await until(() => till.isLoaded && isLive(till))
    const seen: unknown[] = []
    till.watch('inventories', () => seen.push(till.row('inventories', riceStock)?.quantity))
    await sell(till, 1)
    await until(() => till.row('inventories', riceStock)?.$pending === false)
    await until(() => till.outbox.waiting === 0)
    const sinceTheSale = seen.slice(seen.indexOf(9))
    expect(new Set(sinceTheSale)).toEqual(new Set([9]))
  })

  it('lists keep their identity while nothing in them changes', async () => {
    const till = await startTill(node)
    await until(() => till.isLoaded && isLive(till))
    const active = till.rows('products', { where: { status: 'active' }, sort: 'name' })
    node.put('products', salt, { name: 'Salt', price: 90, status: 'archived' })
    await until(() => till.row('products', salt) !== undefined)
    expect(till.rows('products', { where: { status: 'active' }, sort: 'name' })).toBe(active)
    node.put('products', salt, { status: 'active' })
    await until(() => till.rows('products', { where: { status: 'active' }, sort: 'name' }) !== active)
    const names = till.rows('products', { where: { status: 'active' }, sort: '-name' }).map((row) => row.name)
    expect(names).toEqual(['Salt', 'Rice 5 kg'])
  })

  it('a delete, a row that leaves the scope and one that enters it are followed', async () => {
    node.scopes.push('branch:other')
    const till = await startTill(node)
    await until(() => till.isLoaded && isLive(till))
    node.put('orders', salt, { branch_id: branch, status: 'paid' }, ownBranch)
    await until(() => till.rows('orders').length === 2)
    node.move('orders', salt, 'branch:other')
    node.remove('orders', order)
    await until(() => till.row('orders', order) === undefined)
    // Each scope's feed comes by itself: that it entered the one may be heard after it left the other.
    await until(() => till.row('orders', salt)?.status === 'paid')
    node.scopes = ['everyone', ownBranch]
    node.cut()
    await until(() => till.row('orders', salt) === undefined)
  })

  it('a page that went missing is made good by a pull', async () => {
    const till = await startTill(node)
    await until(() => till.isLoaded && isLive(till))
    const pulls = node.pulls.length
    node.pagesToLose = 1
    node.put('products', rice, { price: 1 })
    node.put('products', rice, { name: 'Rice' })
    await until(() => till.row('products', rice)?.name === 'Rice')
    expect(till.row('products', rice)?.price).toBe(1)
    expect(node.pulls.length).toBeGreaterThan(pulls)
  })

  it('a cut socket comes back and goes on from the cursor', async () => {
    const till = await startTill(node)
    await until(() => till.isLoaded && isLive(till))
    const [chunks, hellos] = [node.snapshotChunks, node.hellos.length]
    node.cut()
    node.put('products', rice, { price: 2 })
    // The news may come by a pull before the socket is back.
    await until(() => till.row('products', rice)?.price === 2 && node.hellos.length > hellos)
    expect(node.snapshotChunks).toBe(chunks)
    expect(node.hellos.at(-1)?.cursors).toHaveProperty('everyone')
  })
})

describe('from the beginning', () => {
  it('a snapshot cut off in the middle goes on where it was', async () => {
    for (let i = 0; i < 40; i++) node.put('products', `p${i}`, { name: `P ${i}`, price: i })
    node.chunkSize = 5
    node.failChunk = 4
    const till = await startTill(node)
    await until(() => till.isLoaded)
    expect(till.rows('products').length).toBe(41)
    expect(node.snapshotChunks).toBe(10)
  })

  it('is confirmed once everything has been read, not as soon as it is in touch', async () => {
    node.chunkSize = 1
    node.failChunk = 1
    const till = await startTill(node)
    const whenLive = new Set<boolean>()
    let last = false
    till.connection.subscribe(() => isLive(till) && whenLive.add(till.isConfirmed))
    till.watch('', () => (last = till.isConfirmed))
    await until(() => last)
    expect(till.isLoaded).toBe(true)
    expect(whenLive).toEqual(new Set([false]))
  })

  it('after too long away only what differs is fetched, and nothing of the outbox is lost', async () => {
    for (let i = 10; i < 40; i++) node.put('products', `p${i}`, { name: `P ${i}`, price: i })
    const profile = newProfile()
    const till = await startTill(node, profile)
    await until(() => till.isLoaded && isLive(till))
    await till.stop()
    const chunks = node.snapshotChunks
    await node.stop()
    node.remove('products', 'p17')
    node.put('products', 'p33', { price: 1 })
    node.put('products', salt, { name: 'Salt', price: 90 })
    node.expired.add('everyone')
    const offline = await startTill(node, profile)
    await rename(offline, 'Rice')
    await node.start()
    await until(() => offline.row('products', salt)?.price === 90 && offline.outbox.waiting === 0)
    await until(
      () =>
        node.field('products', rice, 'name') === 'Rice' && offline.row('products', rice)?.$pending === false,
    )
    expect(offline.row('products', 'p17')).toBeUndefined()
    expect(offline.row('products', 'p33')?.price).toBe(1)
    expect(offline.rows('products').length).toBe(31)
    expect(node.snapshotChunks).toBe(chunks)
    expect(node.compared.length).toBeLessThan(6)
  })

  it('another life of the log replaces the rows and drops those that are gone', async () => {
    const till = await startTill(node)
    await until(() => till.isLoaded && isLive(till))
    node.put('products', salt, { name: 'Salt', price: 90 })
    await until(() => till.row('products', salt) !== undefined)
    await node.stop()
    node.restartLog()
    node.remove('products', salt)
    node.put('products', rice, { price: 3 })
    await node.start()
    await until(() => till.row('products', salt) === undefined)
    await until(() => till.row('products', rice)?.price === 3)
    expect(till.row('orders', order)?.status).toBe('draft')
  })

  it('when all scopes must be read anew, each is read once', async () => {
    const till = await startTill(node)
    await until(() => till.isLoaded && isLive(till))
    await node.stop()
    node.restartLog()
    node.put('products', rice, { price: 3 })
    const chunks = node.snapshotChunks
    await node.start()
    await until(() => till.row('products', rice)?.price === 3 && till.isConfirmed)
    await sell(till, 1)
    await until(() => till.outbox.waiting === 0)
    expect(node.snapshotChunks - chunks).toBe(node.scopes.length)
  })

  it('a scope that is taken away takes its rows along, but not those that still wait for an answer', async () => {
    const till = await startTill(node)
    await until(() => till.isLoaded && isLive(till))
    node.put('orders', salt, { branch_id: branch, status: 'draft' }, ownBranch)
    await until(() => till.row('orders', salt) !== undefined)
    node.refusals = Array.from({ length: 5 }, () => ({ status: 503, code: 'busy', isTransient: true }))
    await till.mutate([{ table: 'orders', id: order, kind: 'update', fields: { status: 'paid' } }])
    node.scopes = ['everyone']
    node.cut()
    await until(() => till.row('orders', salt) === undefined)
    expect(till.row('orders', order)?.status).toBe('paid')
    node.refusals = []
    await until(() => till.outbox.waiting === 0)
    await until(() => till.row('orders', order) === undefined)
  })
})

describe('where no socket can be had', () => {
  it('sells and reads over HTTP, and takes the socket when it is there', async () => {
    node.takesSockets = false
    const till = await startTill(node)
    await until(() => till.connection.state.kind === 'live')
    expect(till.connection.state).toEqual({ kind: 'live', via: 'http' })
    await sell(till, 4)
    await until(() => till.outbox.waiting === 0)
    expect(node.field('inventories', riceStock, 'quantity')).toBe(6)
    await until(() => till.row('inventories', riceStock)?.$pending === false)
    expect(till.row('inventories', riceStock)?.quantity).toBe(6)
  })
})

describe('signing in and out', () => {
  it('a till that nobody signed in to asks for it, and then goes on', async () => {
    node.isSignedIn = false
    const till = await startTill(node)
    await until(() => till.connection.state.kind === 'sign_in_needed')
    expect(till.session.current).toBe(null)
    expect(till.rows('products')).toEqual([])
    expect(await till.signIn('ana@shop', 'x')).toEqual({ kind: 'signed_in' })
    await until(() => till.isLoaded && isLive(till))
    expect(till.session.current?.user.id).toBe('u1')
    expect(till.session.current?.branches).toEqual([{ id: branch }])
  })

  it('an ended session keeps the queue until somebody signs in', async () => {
    const till = await startTill(node)
    await until(() => till.isLoaded && isLive(till))
    node.isSignedIn = false
    node.cut(4401)
    await until(() => till.connection.state.kind === 'sign_in_needed')
    await sell(till)
    expect(till.outbox.waiting).toBe(1)
    expect(till.row('inventories', riceStock)?.quantity).toBe(9)
    await till.signIn('ana@shop', 'x')
    await until(() => till.outbox.waiting === 0)
    expect(node.applied.length).toBe(1)
  })

  it('another person sees another replica, and the first one finds the unsent sales again', async () => {
    const till = await startTill(node)
    await until(() => till.isLoaded && isLive(till))
    node.refusals = Array.from({ length: 50 }, () => ({ status: 503, code: 'busy', isTransient: true }))
    await sell(till)
    await till.signOut()
    expect(till.rows('products')).toEqual([])
    node.user = { id: 'u2', name: 'Ben', email: 'ben@shop', role: 'manager' }
    await till.signIn('ben@shop', 'x')
    expect(till.outbox.waiting).toBe(0)
    await till.signOut()
    node.refusals = []
    node.user = { id: 'u1', name: 'Ana', email: 'ana@shop', role: 'cashier' }
    await till.signIn('ana@shop', 'x')
    await until(() => node.applied.length === 1)
  })

  it('who signs out without a network is not signed in again by the next start', async () => {
    const profile = newProfile()
    const till = await startTill(node, profile)
    await until(() => till.isLoaded && isLive(till))
    await node.stop()
    await till.signOut()
    expect(till.session.current).toBe(null)
    await stopTills()
    await node.start()
    const again = await startTill(node, profile)
    await until(() => !node.isSignedIn)
    await until(() => again.connection.state.kind === 'sign_in_needed')
    expect(again.session.current).toBe(null)
  })

  it('a wrong password says so, an unreachable node says so', async () => {
    const till = await startTill(node)
    await node.stop()
    expect(await till.signIn('ana@shop', 'x')).toEqual({ kind: 'unreachable' })
  })
})

describe('two tabs of one profile', () => {
  it('share rows and sales, and send each sale once', async () => {
    const profile = newProfile()
    const one = await startTill(node, profile)
    await until(() => one.isLoaded && isLive(one))
    const other = await startTill(node, profile)
    await until(() => other.isLoaded && isLive(other))
    await Promise.all([sell(one), sell(other), sell(one), sell(other)])
    await until(() => one.outbox.waiting === 0 && other.outbox.waiting === 0)
    expect(node.applied.length).toBe(4)
    await until(() => one.row('inventories', riceStock)?.quantity === 6)
    await until(() => other.row('inventories', riceStock)?.quantity === 6)
    const receipts = new Set(node.applied.map((mutation) => mutation.writes[0]?.fields.receipt_number))
    expect(receipts.size).toBe(4)
    await rename(other, 'from the other tab')
    await until(() => one.row('products', rice)?.name === 'from the other tab')
  })
})
