// System B: a till that opens /ws, says nothing, and reloads on a word.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { Heard } from './heard.ts'
import { Node, type Person } from './node.ts'
import { Guide, run } from './wire/guide.ts'

const sockets: WebSocket[] = []

let node: Node
let cashier: Person

beforeAll(async () => {
  node = await Node.start([])
  cashier = await node.signIn('cashier')
})

afterAll(async () => {
  for (const socket of sockets) socket.terminate()
  await node.remove()
})

/** Connects and notes every word; resolves when the server answers. */
async function connect(query = ''): Promise<Heard> {
  const heard = new Heard()
  const socket = new WebSocket(`${node.url.replace('http', 'ws')}/ws${query}`)
  sockets.push(socket)
  socket.on('message', (data) => heard.note(data.toString())(undefined))
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  socket.send('ping')
  await heard.expect('pong')
  heard.forget()
  return heard
}

it('hears estimate_updated and order_updated as bare words, once each', async () => {
  const heard = await connect()
  const estimate = await cashier.create('estimates', { number: 'E-1', branch_id: cashier.branchId })
  await heard.expect('estimate_updated')
  await cashier.update('estimates', estimate.id, { note: 'blue' })
  await heard.expect('estimate_updated', 2)
  await cashier.create('orders', { number: 'O-1', branch_id: cashier.branchId })
  await heard.expect('order_updated')
  expect(heard.names).toEqual(['estimate_updated', 'estimate_updated', 'order_updated'])
})

it('hears the words of its own branch and no other when it signs in', async () => {
  const cashier2 = await node.signIn('cashier2')
  const own = await connect(`?token=${cashier.token}`)
  const other = await connect(`?token=${cashier2.token}`)
  await cashier.create('orders', { number: 'O-2', branch_id: cashier.branchId })

  await own.expect('order_updated')
  expect(other.names).toEqual([])
})

it('keeps its orders by the code of the guide, and gets what it missed after being away over a restart', async () => {
  const [code = ''] = new Guide('plain-websockets').fences('js')
  const orders = new Map<string, { readonly note: string | null; readonly status: string }>()
  const heard = new Heard<{ type: string; id?: string }>()
  const till: WebSocket[] = []
  class Noted extends WebSocket {
    constructor(url: string) {
      super(url)
      // A browser's socket only closes.
      this.on('error', () => undefined)
      till.push(this)
      sockets.push(this)
    }
  }
  const place = { port: Number(new URL(node.url).port), directory: node.directory }
  const follow = await run<(...words: unknown[]) => void>(code, place, { WebSocket: Noted }, 'follow')
  let loads = 0
  const load = async () => {
    loads++
  }
  const note = (message: { type: string }) => heard.note(message.type)(message)
  follow(node.url.replace('http', 'ws'), cashier.token, orders, load, note)
  await heard.expect('ready')
  const kept = await cashier.create('orders', { number: 'O-3', branch_id: cashier.branchId })
  await heard.expect('row')
  await node.stop()
  await node.run()
  // Away, as in a tunnel: everything below may happen before or after it is back.
  for (const socket of till) socket.terminate()
  await cashier.update('orders', kept.id, { note: 'changed meanwhile' })
  const missed = await cashier.create('orders', { number: 'O-4', branch_id: cashier.branchId })
  await expect.poll(() => orders.get(String(missed.id))?.status, { timeout: 30_000 }).toBe('draft')

  expect(orders.get(String(kept.id))?.note).toBe('changed meanwhile')
  expect(heard.count('reset')).toBe(0)
  expect(loads).toBe(1)
})
