// "From Laravel Echo": what it prints before and after, on one node, beside each other.
import 'fake-indexeddb/auto'
import { type Branchline, createBranchline, type Row } from '@branchline/client'
import Echo from 'laravel-echo'
import Pusher from 'pusher-js'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { WebSocket as PeerSocket } from 'ws'
import { Node, type Person } from './node.ts'
import { Guide, run } from './wire/guide.ts'

// Node 20 has no WebSocket of its own.
globalThis.WebSocket ??= PeerSocket as unknown as typeof WebSocket

let node: Node
let cashier: Person
const ends: (() => void)[] = []

beforeAll(async () => {
  node = await Node.start(['PUSHER_APP_KEY=guide-key'])
  cashier = await node.signIn('cashier')
})

afterAll(async () => {
  for (const end of ends) end()
  await node.remove()
})

type Move = (id: unknown, status: string) => Promise<unknown>
interface Before {
  readonly orders: Map<unknown, { readonly status: string }>
  readonly move: Move
}
interface After {
  readonly client: Branchline
  readonly orders: () => readonly Row[]
  readonly move: Move
}

it('what "From Laravel Echo" prints shows the same orders, and both move them', async () => {
  const [before = '', after = '', people = ''] = new Guide('from-laravel-echo').fences('js')
  const place = { port: 0, directory: node.directory }
  const port = Number(new URL(node.url).port)
  const options = { wsHost: '127.0.0.1', wsPort: port, forceTLS: false, cluster: 'mt1' }
  const echo = new Echo({ broadcaster: 'pusher', Pusher, key: 'guide-key', ...options })
  ends.push(() => echo.disconnect())
  const names = { url: node.url, token: cashier.token }
  const old = await run<Before>(before, place, { ...names, echo }, '{ orders, move }')
  let shown: readonly Row[] = []
  const show = (rows: readonly Row[]) => {
    shown = rows
  }
  const page = await run<After>(
    after,
    place,
    { ...names, createBranchline, show },
    '{ client, orders, move }',
  )
  ends.push(() => void page.client.stop())
  await vi.waitUntil(() => page.client.isLoaded, { timeout: 20_000 })
  await vi.waitUntil(() => echo.connector.pusher.connection.state === 'connected', { timeout: 20_000 })

  const { id } = await cashier.create('orders', { number: 'G-1', branch_id: cashier.branchId })
  await vi.waitUntil(() => shown.some((order) => order.id === id), { timeout: 20_000 })
  await page.move(id, 'awaiting_payment')
  await vi.waitUntil(() => old.orders.get(id)?.status === 'awaiting_payment', { timeout: 20_000 })
  await old.move(id, 'cancelled')
  await vi.waitUntil(() => !shown.some((order) => order.id === id), { timeout: 20_000 })
  expect(page.orders()).toEqual(shown)

  const here: string[] = []
  const greet = (members: readonly { readonly name: string }[]) => {
    here.splice(0, here.length, ...members.map(({ name }) => name))
  }
  await run(people, place, { client: page.client, greet, branch: cashier.branchId }, 'undefined')
  await vi.waitUntil(() => here.length === 1, { timeout: 20_000 })
})
