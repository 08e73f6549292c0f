// The golden messages of protocol/pusher, played to the real pusher-js by a server that only reads files.
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import Pusher from 'pusher-js'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { Heard } from './heard.ts'

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
      customHandler: (_, answer) => answer(null, { auth: auth('client-subscribe-private') }),
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

function golden(name: string): string {
  return readFileSync(new URL(`../../protocol/pusher/${name}.json`, import.meta.url), 'utf8').trimEnd()
}

function auth(name: string): string {
  return JSON.parse(golden(name)).data.auth
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
