// System D: live boards for orders and registrations, written for hosted Pusher.
import { type PusherClient, resume } from '@branchline/client/resume'
import Echo from 'laravel-echo'
import Pusher from 'pusher-js'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Heard } from './heard.ts'
import { Node, type Person } from './node.ts'
import { Cutter } from './wire/cutter.ts'

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

it('hears an order on an encrypted channel that only those who were let in can read', async () => {
  const heard = new Heard<{ id: string; status: string }>()
  const boxed: string[] = []
  const echo = new Echo({
    broadcaster: 'pusher',
    Pusher: Pusher,
    key: 'boards-key',
    cluster: 'mt1',
    wsHost: '127.0.0.1',
    wsPort: Number(new URL(node.url).port),
    forceTLS: false,
    enabledTransports: ['ws', 'wss'],
    authEndpoint: `${node.url}/broadcasting/auth`,
    auth: { headers: { Authorization: `Bearer ${cashier.token}` } },
  })
  echo.connector.pusher.connection.bind('message', (message: { event: string; data: unknown }) => {
    if (message.event === 'order.status.changed') boxed.push(JSON.stringify(message.data))
  })
  echo
    .encryptedPrivate('orders')
    .listen('.order.status.changed', heard.note('moved'))
    .subscribed(heard.note('subscribed'))
  await heard.expect('subscribed')
  const order = await cashier.create('orders', { number: 'O-2', branch_id: cashier.branchId })
  await cashier.update('orders', order.id, { status: 'awaiting_payment' })
  await heard.expect('moved')

  expect(heard.data('moved').at(-1)).toMatchObject({ id: order.id, status: 'awaiting_payment' })
  expect(boxed.join()).toContain('ciphertext')
  expect(boxed.join()).not.toContain('awaiting_payment')
  echo.disconnect()
})

it('brings a board the steps an order took while its network was away, in order', async () => {
  const cutter = await Cutter.start(node.url, () => Number.POSITIVE_INFINITY)
  const board = new Echo({
    broadcaster: 'pusher',
    Pusher: Pusher,
    key: 'boards-key',
    cluster: 'mt1',
    wsHost: '127.0.0.1',
    wsPort: Number(new URL(cutter.url).port),
    forceTLS: false,
    enabledTransports: ['ws', 'wss'],
  })
  const heard = new Heard<{ status: string } | string>()
  const pusher = board.connector.pusher
  resume(pusher as unknown as PusherClient, {
    onRecovered: (channel, recovered) => heard.note('recovered')(`${channel} ${recovered}`),
  })
  board.channel('orders').listen('.order.status.changed', heard.note('moved'))
  pusher.bind('branchline:position', () => heard.note('position')(''))
  await heard.expect('position')
  await cutter.away(async () => {
    const order = await cashier.create('orders', { number: 'O-3', branch_id: cashier.branchId })
    await cashier.update('orders', order.id, { status: 'awaiting_payment' })
    await cashier.update('orders', order.id, { status: 'paid' })
  })
  await heard.expect('recovered')

  expect(heard.data('recovered')).toEqual(['orders true'])
  expect(heard.data('moved')).toMatchObject([{ status: 'awaiting_payment' }, { status: 'paid' }])
  board.disconnect()
  cutter.stop()
})
