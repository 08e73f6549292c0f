// The node in the place of an application's backend: it authorises people who are signed in to it, and boxes what it says itself.
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect } from 'vitest'
import { Heard } from '../heard.ts'
import { Node, type Person } from '../node.ts'
import { reprice } from '../shop.ts'
import { app } from '../wire/app.ts'
import { Backend } from '../wire/backend.ts'
import { golden } from '../wire/golden.ts'
import { as, disconnectAll, echo, pusher } from '../wire/realtime.ts'
import { section } from '../wire/section.ts'
import { closeAll, WireClient } from '../wire/wire-client.ts'

const { masterKey } = JSON.parse(golden('encrypted')) as { masterKey: string }
const channelPaths = ['/pusher/auth', '/broadcasting/auth']
const userPaths = ['/pusher/user-auth', '/broadcasting/user-auth']

section('authorisation', (holds) => {
  let node: Node
  let manager: Person
  let cashier: Person

  beforeAll(async () => {
    node = await Node.start([
      `PUSHER_APP_ID=${app.id}`,
      `PUSHER_APP_KEY=${app.key}`,
      `PUSHER_APP_SECRET=${app.secret}`,
      `Branchline__App__EncryptionSecret=${masterKey}`,
    ])
    manager = await node.signIn('manager')
    cashier = await node.signIn('cashier')
  })

  afterAll(async () => {
    closeAll()
    disconnectAll()
    await node.remove()
  })

  function ask(path: string, form: Record<string, string>, person?: Person): Promise<Response> {
    return fetch(`${node.url}${path}`, {
      method: 'POST',
      body: new URLSearchParams(form),
      ...(person ? { headers: person.headers } : {}),
    })
  }

  function signedIn(person: Person) {
    const options = { transport: 'ajax' as const, headers: person.headers }
    return {
      channelAuthorization: { endpoint: `${node.url}/pusher/auth`, ...options },
      userAuthentication: { endpoint: `${node.url}/pusher/user-auth`, ...options },
    }
  }

  holds(
    'both addresses sign channels, with the member and the shared secret where there are any',
    async () => {
      const socket_id = '1234.1234'
      const master = Buffer.from(masterKey, 'base64')
      const shared_secret = createHash('sha256')
        .update('private-encrypted-products')
        .update(master)
        .digest('base64')
      for (const path of channelPaths) {
        const plain = await ask(path, { socket_id, channel_name: 'private-products' }, manager)
        expect(await plain.json()).toEqual({ auth: app.channelAuth(socket_id, 'private-products') })
        const room = await ask(path, { socket_id, channel_name: 'presence-everyone' }, manager)
        const { auth, channel_data } = (await room.json()) as { auth: string; channel_data: string }
        expect(auth).toBe(app.channelAuth(socket_id, 'presence-everyone', channel_data))
        expect(JSON.parse(channel_data)).toMatchObject({
          user_id: expect.any(String),
          user_info: { role: 'manager' },
        })
        const boxed = await ask(path, { socket_id, channel_name: 'private-encrypted-products' }, manager)
        expect(await boxed.json()).toMatchObject({ shared_secret })
      }
    },
  )

  holds('both addresses sign people in', async () => {
    for (const path of userPaths) {
      const answer = await ask(path, { socket_id: '1234.1234' }, manager)
      const { auth, user_data } = (await answer.json()) as { auth: string; user_data: string }
      expect(auth).toBe(app.userAuth('1234.1234', user_data))
      expect(JSON.parse(user_data)).toMatchObject({ id: expect.any(String), user_info: { role: 'manager' } })
    }
  })

  holds('nobody is signed for who is not signed in, and nothing that makes no sense', async () => {
    const form = { socket_id: '1234.1234', channel_name: 'private-products' }
    for (const path of [...channelPaths, ...userPaths]) {
      expect((await ask(path, form)).status, path).toBe(403)
      expect((await ask(path, { ...form, socket_id: 'x:y' }, manager)).status, path).toBe(400)
      expect((await ask(path, {}, manager)).status, path).toBe(400)
    }
    for (const path of channelPaths) {
      expect(
        (await ask(path, { ...form, channel_name: 'private-finance-cash-requests' }, cashier)).status,
      ).toBe(403)
    }
  })

  holds('pusher-js signs in, meets others and hears what a backend sends to it', async () => {
    const heard = new Heard<{ me?: { info: { role: string } }; id?: string; text?: string }>()
    const first = pusher(node.url, signedIn(manager))
    const room = first.subscribe('presence-everyone')
    room.bind('pusher:subscription_succeeded', heard.note('here'))
    room.bind('pusher:member_added', heard.note('joined'))
    await heard.expect('here')
    first.user.bind('note', heard.note('note'))
    first.bind('pusher:signin_success', heard.note('signed in') as () => void)
    first.signin()
    await heard.expect('signed in')
    await app.library(node.url).sendToUser(first.user.user_data.id, 'note', { text: 'hello' })
    await heard.expect('note')
    pusher(node.url, signedIn(cashier)).subscribe('presence-everyone')
    await heard.expect('joined')

    expect(heard.data('here')[0]?.me?.info.role).toBe('manager')
    expect(heard.data('note')).toEqual([{ text: 'hello' }])
  })

  holds(
    'events of the tables come boxed on encrypted channels, for the node and for a backend with the key',
    async () => {
      const backend = await Backend.start(app, node.url)
      const heard = new Heard<{ id: string }>()
      const channel = 'private-encrypted-products'
      const options = { node: signedIn(manager), backend: as(backend, { user_id: '1' }) }
      for (const [name, option] of Object.entries(options)) {
        const subscribed = pusher(node.url, option).subscribe(channel)
        subscribed.bind('pusher:subscription_succeeded', heard.note(`${name} subscribed`))
        subscribed.bind('product.updated', heard.note(name))
        await heard.expect(`${name} subscribed`)
      }
      const wire = await WireClient.greeted(node.url)
      await wire.join(channel)
      const product = await reprice(manager)
      await heard.expect('node')
      await heard.expect('backend')
      const text = await wire.next()
      backend.stop()

      expect(heard.data('node')).toMatchObject([{ id: product }])
      expect(heard.data('backend')).toEqual(heard.data('node'))
      expect(text).not.toContain(product)
      expect(Object.keys(JSON.parse(JSON.parse(text).data))).toEqual(['nonce', 'ciphertext'])
    },
  )

  holds('a page that names its socket hears nothing of its own writes, others do', async () => {
    const heard = new Heard()
    const options = { authEndpoint: `${node.url}/broadcasting/auth`, bearerToken: manager.token }
    const own = echo(node.url, options)
    for (const [name, client] of Object.entries({ own, other: echo(node.url, options) })) {
      client
        .private('products')
        .subscribed(heard.note(`${name} subscribed`))
        .listen('.product.updated', heard.note(name))
      await heard.expect(`${name} subscribed`)
    }
    const [product] = await manager.list('products')
    const response = await fetch(`${node.url}/api/products/${product?.id}`, {
      method: 'PUT',
      headers: {
        ...manager.headers,
        'Content-Type': 'application/json',
        'X-Socket-Id': own.socketId() ?? '',
      },
      body: JSON.stringify({ price: (product?.price as number) + 5 }),
    })
    expect(response.ok).toBe(true)
    await heard.expect('other')

    expect(heard.count('own')).toBe(0)
  })
})
