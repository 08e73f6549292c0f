// The golden messages of protocol/pusher, played to the real pusher-js by a server that only reads files.
import type { AddressInfo } from 'node:net'
import Pusher from 'pusher-js'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { Heard } from './heard.ts'
import { golden } from './wire/golden.ts'

const key = '278d425bdf160c739803'
const said: unknown[] = []

let server: WebSocketServer
let peer: WebSocket
let client: Pusher

beforeAll(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  server.on('connection', (socket) => {
    peer = socket
    socket.on('message', (data) => said.push(JSON.parse(data.toString())))
    socket.send(golden('connection-established'))
  })
  await new Promise((resolve) => server.once('listening', resolve))
  client = new Pusher(key, {
    cluster: 'mt1',
    wsHost: '127.0.0.1',
    wsPort: (server.address() as AddressInfo).port,
    forceTLS: false,
    enabledTransports: ['ws'],
    channelAuthorization: {
      endpoint: '',
      transport: 'ajax',
      customHandler: ({ channelName }, answer) => answer(null, authorisation(channelName)),
    },
    userAuthentication: {
      endpoint: '',
      transport: 'ajax',
      customHandler: (_, answer) => answer(null, dataOf('users/client-signin')),
    },
  })
  await new Promise<void>((resolve) => {
    client.connection.bind('connected', () => resolve())
  })
})

afterAll(() => {
  client.disconnect()
  server.close()
})

function dataOf(name: string) {
  return JSON.parse(golden(name)).data
}

/** What a backend answers that asks nobody. */
function authorisation(channel: string) {
  if (channel.startsWith('presence-')) return dataOf('presence/client-subscribe')
  const { auth } = dataOf('client-subscribe-private')
  const { channel: encrypted, sharedSecret } = JSON.parse(golden('encrypted'))
  return channel === encrypted ? { auth, shared_secret: sharedSecret } : { auth }
}

it('takes the greeting and its socket id', () => {
  expect(client.connection.socket_id).toBe('123.456')
})

it('says subscribe, unsubscribe and its own events as written down', async () => {
  client.subscribe('sales')
  client.subscribe('private-foobar')
  peer.send(golden('subscription-succeeded'))
  await expect.poll(() => client.channel('sales').subscribed).toBe(true)
  client.unsubscribe('sales')
  client.send_event('client-typing', { at: 1 }, 'private-sales')

  for (const name of ['client-subscribe', 'client-subscribe-private', 'client-unsubscribe', 'client-event']) {
    await expect.poll(() => said).toContainEqual(JSON.parse(golden(name)))
  }
})

it('hands over the data of every event', async () => {
  const heard = new Heard()
  for (const channel of ['sales', 'products', 'private-products', 'clients']) {
    client
      .subscribe(channel)
      .bind_global((name: string, data: unknown) => heard.note(`${channel} ${name}`)(data))
  }
  for (const name of ['sale-created', 'product-updated', 'product-updated-private', 'clients-delete']) {
    peer.send(golden(`event-${name}`))
  }
  await heard.expect('clients clients:delete')

  const name = 'Crème "Ñandú" <1 l>'
  expect(heard.data('sales sale.created')).toMatchObject([{ status: 'paid' }])
  expect(heard.data('products product.updated')).toMatchObject([{ name, price: 1400 }])
  expect(heard.data('private-products product.updated')).toMatchObject([{ name, price: 1400 }])
  expect(heard.data('clients clients:delete')).toMatchObject([{ status: null }])
})

it('tells its app of refusals and errors', async () => {
  const heard = new Heard()
  client.subscribe('private-sales').bind('pusher:subscription_error', heard.note('refused'))
  client.connection.bind('error', heard.note('error'))
  peer.send(golden('subscription-error'))
  peer.send(golden('error-client-event'))
  await heard.expect('refused')
  await heard.expect('error')

  expect(heard.data('refused')).toMatchObject([{ type: 'AuthError', status: 401 }])
  expect(heard.data('error')).toMatchObject([{ data: { code: 4301 } }])
})

it('answers a ping', async () => {
  peer.send(golden('ping'))

  await expect.poll(() => said).toContainEqual(JSON.parse(golden('pong')))
})

it('keeps the members of a presence channel as they are told', async () => {
  const heard = new Heard()
  const channel = client.subscribe('presence-foobar')
  channel.bind_global((name: string, data: unknown) => heard.note(name)(data))
  channel.bind('client-typing', (_: unknown, metadata: unknown) => heard.note('metadata')(metadata))
  await expect.poll(() => said).toContainEqual(JSON.parse(golden('presence/client-subscribe')))
  for (const name of ['subscription-succeeded', 'member-added', 'client-event', 'member-removed']) {
    peer.send(golden(`presence/${name}`))
  }
  await heard.expect('pusher:member_removed')

  const added = { id: '11', info: { name: 'Ñandú "R" <1>' } }
  expect(heard.names).toEqual([
    'pusher:subscription_succeeded',
    'pusher:member_added',
    'client-typing',
    'metadata',
    'pusher:member_removed',
  ])
  expect(heard.data('pusher:member_added')).toEqual([added])
  expect(heard.data('pusher:member_removed')).toEqual([added])
  expect(heard.data('metadata')).toEqual([{ user_id: 10 }])
})

it('signs in, watches its list and hears what is sent to its user', async () => {
  const heard = new Heard()
  client.bind('pusher:signin_success', heard.note('signed in'))
  client.user.bind('note', heard.note('note'))
  client.user.watchlist.bind('online', heard.note('online'))
  client.user.watchlist.bind('offline', heard.note('offline'))
  client.signin()
  await expect.poll(() => said).toContainEqual(JSON.parse(golden('users/client-signin')))
  peer.send(golden('users/signin-success'))
  await expect.poll(() => said).toContainEqual(JSON.parse(golden('users/client-subscribe')))
  const messages = ['watchlist-first', 'watchlist-online', 'watchlist-offline', 'event', 'error-watchlist']
  for (const name of messages) peer.send(golden(`users/${name}`))
  await heard.expect('note')

  expect(heard.data('note')).toEqual([{ text: 'hello' }])
  expect(heard.data('online')).toMatchObject([{ user_ids: ['a'] }, { user_ids: ['b'] }])
  expect(heard.data('offline')).toMatchObject([{ user_ids: ['b'] }, { user_ids: ['a'] }])
})

it('opens the box of an encrypted channel', async () => {
  const heard = new Heard()
  const { channel, frame } = JSON.parse(golden('encrypted'))
  client.subscribe(channel).bind('secret', heard.note('secret'))
  await expect.poll(() => said.map((one) => JSON.stringify(one)).join()).toContain(channel)
  peer.send(frame)
  await heard.expect('secret')

  expect(heard.data('secret')).toEqual([{ a: 1 }])
})

it('hears counts, kept events and that there is none', async () => {
  const heard = new Heard()
  client.subscribe('project-3').bind('pusher:subscription_count', heard.note('count'))
  client.channel('project-3').bind('foo', heard.note('foo'))
  client.subscribe('cache-prices').bind('pusher:cache_miss', heard.note('miss'))
  client.channel('cache-prices').bind('price', heard.note('price'))
  for (const name of ['subscription-count', 'event-published', 'cache/cache-miss', 'cache/event']) {
    peer.send(golden(name))
  }
  await heard.expect('price')

  expect(heard.data('count')).toEqual([{ subscription_count: 2 }])
  expect(heard.data('foo')).toEqual([{ some: 'data' }])
  expect(heard.data('price')).toEqual([{ price: 1400 }])
  expect(heard.count('miss')).toBe(1)
})
