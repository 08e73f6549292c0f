// System A: a Laravel shop with Echo on port 6001. Its .env and its clients stay as they are.
import Echo from 'laravel-echo'
import Pusher from 'pusher-js'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { Heard } from './heard.ts'
import { freePort, Node, type Person } from './node.ts'
import { reprice, sell } from './shop.ts'

const key = 'merchantrack-key'
const clients: { disconnect(): void }[] = []

let port: number
let node: Node
let cashier: Person
let manager: Person

beforeAll(async () => {
  port = await freePort()
  node = await Node.start([
    'BROADCAST_DRIVER=pusher',
    'PUSHER_APP_ID=merchantrack',
    `PUSHER_APP_KEY=${key}`,
    'PUSHER_APP_SECRET=merchantrack-secret',
    'PUSHER_HOST=127.0.0.1',
    `WEBSOCKET_PORT=${port}`,
  ])
})

afterAll(() => node.remove())

beforeEach(async () => {
  cashier = await node.signIn('cashier')
  manager = await node.signIn('manager')
  return () => {
    for (const client of clients.splice(0)) client.disconnect()
  }
})

/** As in system A's resources/js/bootstrap.js. */
function echo(options: object = {}): Echo<'pusher'> {
  const client = new Echo({
    broadcaster: 'pusher',
    Pusher,
    key,
    cluster: 'mt1',
    wsHost: '127.0.0.1',
    wsPort: port,
    wssPort: port,
    forceTLS: false,
    disableStats: true,
    enabledTransports: ['ws', 'wss'],
    ...options,
  })
  clients.push(client)
  return client
}

function pusher(options: object = {}): Pusher {
  const settings = {
    cluster: 'mt1',
    wsHost: '127.0.0.1',
    wsPort: port,
    forceTLS: false,
    enabledTransports: ['ws' as const],
  }
  const client = new Pusher(key, { ...settings, ...options })
  clients.push(client)
  return client
}

/** Every channel and event of system A. */
function listen(client: Echo<'pusher'>): Heard {
  const heard = new Heard()
  const events = {
    sales: 'sale.created',
    products: 'product.updated',
    inventory: 'inventory.updated',
    categories: 'category.updated',
  }
  for (const [channel, event] of Object.entries(events)) {
    client
      .channel(channel)
      .listen(`.${event}`, heard.note(event))
      .subscribed(heard.note('subscribed'))
      .error(heard.note('error'))
  }
  return heard
}

it('hears sales, products, stock and categories with Echo, each exactly once', async () => {
  const heard = listen(echo())
  await heard.expect('subscribed', 4)

  const sale = await sell(cashier)
  await heard.expect('sale.created')
  await heard.expect('inventory.updated')
  expect(heard.data('sale.created')).toEqual([{ id: sale, status: 'paid', branch_id: cashier.branchId }])
  const product = await reprice(manager)
  await heard.expect('product.updated')
  expect(heard.data('product.updated')).toMatchObject([{ id: product, status: 'active' }])
  const [category] = await manager.list('categories')
  await manager.update('categories', category?.id, { color: 'teal' })
  await heard.expect('category.updated')
})

it('hears each event once again after the server was restarted', async () => {
  const heard = listen(echo())
  await heard.expect('subscribed', 4)
  await node.stop()
  await node.run()
  await heard.expect('subscribed', 8)

  const sale = await sell(cashier)
  await heard.expect('sale.created')
  await heard.expect('inventory.updated')
  expect(heard.data('sale.created')).toMatchObject([{ id: sale }])
})

it('hears the same with pusher-js alone, also after a reconnect of its own', async () => {
  const client = pusher()
  const heard = new Heard()
  client.subscribe('sales').bind('sale.created', heard.note('sale.created'))
  client.channel('sales').bind('pusher:subscription_succeeded', heard.note('subscribed'))
  await heard.expect('subscribed')
  await sell(cashier)
  await heard.expect('sale.created')

  client.disconnect()
  client.connect()
  await heard.expect('subscribed', 2)
  heard.forget()
  await sell(cashier)
  await heard.expect('sale.created')
})

it('hears only its own branch on a private channel', async () => {
  const settings = { authEndpoint: `${node.url}/broadcasting/auth` }
  const own = new Heard()
  const other = new Heard()
  const cashier2 = await node.signIn('cashier2')
  for (const [person, heard] of [
    [cashier, own],
    [cashier2, other],
  ] as const) {
    echo({ ...settings, bearerToken: person.token })
      .private('sales')
      .listen('.sale.created', heard.note('sale.created'))
      .subscribed(heard.note('subscribed'))
    await heard.expect('subscribed')
  }

  await sell(cashier)
  await own.expect('sale.created')
  expect(other.names).toEqual(['subscribed'])
  await sell(cashier2)
  await other.expect('sale.created')
  await own.expect('sale.created')
})

it('is told when it may not hear a private channel', async () => {
  const heard = new Heard<{ status?: number }>()
  const client = pusher({
    channelAuthorization: {
      endpoint: `${node.url}/pusher/auth`,
      transport: 'ajax',
      headers: cashier.headers,
    },
  })
  client
    .subscribe('private-finance-cash-requests')
    .bind('pusher:subscription_error', heard.note('pusher:subscription_error'))
  await heard.expect('pusher:subscription_error')

  expect(heard.data('pusher:subscription_error')[0]?.status).toBe(403)
})

it('gives up at once with the wrong key', async () => {
  const heard = new Heard<{ error?: { data?: { code?: number } } }>()
  const client = new Pusher('another-key', {
    cluster: 'mt1',
    wsHost: '127.0.0.1',
    wsPort: port,
    forceTLS: false,
    enabledTransports: ['ws'],
  })
  clients.push(client)
  client.connection.bind('error', heard.note('error'))
  client.connection.bind('disconnected', heard.note('disconnected'))
  await heard.expect('disconnected')

  expect(heard.data('error').map((error) => error.error?.data?.code)).toContain(4001)
})
