// System D: live boards for orders and registrations, written for hosted Pusher.
import Echo from 'laravel-echo'
import Pusher from 'pusher-js'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Heard } from './heard.ts'
import { Node, type Person } from './node.ts'

let node: Node
let cashier: Person
let client: Echo<'pusher'>

beforeAll(async () => {
  node = await Node.start(['PUSHER_APP_KEY=boards-key'])
  cashier = await node.signIn('cashier')
  client = new Echo({
    broadcaster: 'pusher',
    Pusher,
    key: 'boards-key',
    cluster: 'mt1',
    wsHost: '127.0.0.1',
    wsPort: Number(new URL(node.url).port),
    forceTLS: false,
    enabledTransports: ['ws', 'wss'],
  })
})

afterAll(async () => {
  client.disconnect()
  await node.remove()
})

it('sees an order on every step from draft to released, each once', async () => {
  const heard = new Heard<{ status: string }>()
  client
    .channel('orders')
    .listen('.order.status.changed', heard.note('moved'))
    .subscribed(heard.note('subscribed'))
  await heard.expect('subscribed')

  const order = await cashier.create('orders', { number: 'O-1', branch_id: cashier.branchId })
  const steps = ['awaiting_payment', 'paid', 'for_release', 'released']
  for (const status of steps) {
    await cashier.update('orders', order.id, { status })
  }
  await heard.expect('moved', steps.length)
  expect(heard.data('moved').map((event) => event.status)).toEqual(steps)
})

it('sees a registration released once', async () => {
  const heard = new Heard<{ id: string; status: string }>()
  client
    .channel('registrations')
    .listen('.registration.released', heard.note('released'))
    .subscribed(heard.note('subscribed'))
  await heard.expect('subscribed')

  const row = await cashier.create('registrations', { client_name: 'Ada', branch_id: cashier.branchId })
  await cashier.update('registrations', row.id, { status: 'for_release' })
  await cashier.update('registrations', row.id, { status: 'released' })
  await heard.expect('released')
  expect(heard.data('released')).toMatchObject([{ id: row.id, status: 'released' }])
})
