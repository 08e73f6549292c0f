// Subscribing: names, answers, signatures of private channels, counts.
import { afterAll, beforeAll, expect } from 'vitest'
import { Heard, pause } from '../heard.ts'
import type { Node } from '../node.ts'
import { App, app } from '../wire/app.ts'
import { Backend } from '../wire/backend.ts'
import { golden } from '../wire/golden.ts'
import { appLines, as, disconnectAll, echo, pusher, startRealtime } from '../wire/realtime.ts'
import { section } from '../wire/section.ts'
import { closeAll, WireClient } from '../wire/wire-client.ts'

const counting = new App('counting', 'counting-key', 'counting-secret')

section('subscriptions', (holds) => {
  let node: Node
  let backend: Backend

  beforeAll(async () => {
    node = await startRealtime(appLines(0, counting, { SubscriptionCount: 'true' }))
    backend = await Backend.start(app, node.url)
  })

  afterAll(async () => {
    closeAll()
    disconnectAll()
    backend.stop()
    await node.remove()
  })

  async function countOf(channel: string): Promise<number> {
    const answer = await app.ask(node.url, 'GET', `/channels/${channel}`, {
      query: { info: 'subscription_count' },
    })
    return ((await answer.json()) as { subscription_count: number }).subscription_count
  }

  holds('a public channel is joined with the words of the golden file', async () => {
    const client = await WireClient.greeted(node.url)
    client.socket.text(golden('client-subscribe').replace('sales', 'room'))

    expect(await client.next()).toBe(golden('subscription-succeeded').replace('sales', 'room'))
  })

  holds('data may be an object or a string that holds one', async () => {
    const client = await WireClient.greeted(node.url)
    client.socket.text(golden('client-subscribe-as-string').replace('sales', 'room'))

    expect(await client.next()).toBe(golden('subscription-succeeded').replace('sales', 'room'))
  })

  holds('no auth, null and an empty text mean the same, and so for channel_data', async () => {
    const client = await WireClient.greeted(node.url)
    const proofs = [{}, { auth: null }, { auth: '' }, { auth: '', channel_data: null }, { channel_data: '' }]
    for (const [at, proof] of proofs.entries()) {
      expect(await client.subscribeWith(`room-${at}`, proof)).toContain('subscription_succeeded')
    }
  })

  holds('members of a message that nobody knows are passed over', async () => {
    const client = await WireClient.greeted(node.url)
    client.socket.text(
      '{"event":"pusher:subscribe","id":7,"extra":{"a":[1]},"data":{"channel":"room","since":0}}',
    )

    expect(await client.next()).toContain('subscription_succeeded')
  })

  holds('subscribing twice is answered twice and counted once', async () => {
    const client = await WireClient.greeted(node.url)
    await client.join('twice')
    await client.join('twice')
    expect(await countOf('twice')).toBe(1)
    await app.publish(node.url, { name: 'foo', channel: 'twice', data: '{}' })

    expect(await client.heard()).toHaveLength(1)
  })

  holds('leaving has no answer, and nothing is heard after it', async () => {
    const client = await WireClient.greeted(node.url)
    await client.join('left')
    client.say('pusher:unsubscribe', { channel: 'left' })
    expect(await client.heard()).toEqual([])
    await app.publish(node.url, { name: 'foo', channel: 'left', data: '{}' })

    expect(await client.heard()).toEqual([])
    expect(await countOf('left')).toBe(0)
    await client.join('left')
  })

  holds('leaving a channel that was never joined does no harm', async () => {
    const client = await WireClient.greeted(node.url)
    client.say('pusher:unsubscribe', { channel: 'never' })

    expect(await client.heard()).toEqual([])
  })

  holds('every character the rules allow is taken, in a name of up to 200', async () => {
    const client = await WireClient.greeted(node.url)
    await client.join('AZaz09_-=@,.;')
    await client.join('n'.repeat(200))
  })

  holds('a name of 201 characters is refused with LimitReached 4009', async () => {
    const client = await WireClient.greeted(node.url)

    expect(await client.subscribe('a'.repeat(201))).toBe(golden('subscription-error-name-too-long'))
  })

  holds('a name with other characters is refused by its name', async () => {
    const client = await WireClient.greeted(node.url)
    expect(await client.subscribe('no spaces')).toBe(golden('subscription-error-name'))
    for (const channel of ['umläut', '#mine', 'a/b', 'a"b', 'a\nb']) {
      const error = JSON.parse(await client.subscribe(channel))
      expect(error).toMatchObject({ event: 'pusher:subscription_error', channel })
    }
  })

  holds('a private channel is joined with its signature', async () => {
    const client = await WireClient.greeted(node.url)
    const answer = await client.subscribe('private-foobar')

    expect(answer).toBe(golden('subscription-succeeded').replace('sales', 'private-foobar'))
  })

  holds('a private channel with a wrong signature is refused with AuthError 401', async () => {
    const client = await WireClient.greeted(node.url)
    const other = await WireClient.greeted(node.url)
    const wrong = [
      '',
      `${app.key}:`,
      `${app.key}:${'0'.repeat(64)}`,
      app.channelAuth(other.socketId, 'private-sales'),
      app.channelAuth(client.socketId, 'private-other'),
      app.channelAuth(client.socketId, 'private-sales').toUpperCase(),
      new App(app.id, app.key, 'guessed').channelAuth(client.socketId, 'private-sales'),
    ]
    for (const auth of wrong) {
      expect(await client.subscribeWith('private-sales', { auth }), auth).toBe(golden('subscription-error'))
    }
  })

  holds("a signature under another key is refused, though the app's secret made it", async () => {
    const client = await WireClient.greeted(node.url)
    const auth = `foreign:${app.sign(`${client.socketId}:private-sales`)}`

    expect(await client.subscribeWith('private-sales', { auth })).toBe(golden('subscription-error'))
  })

  holds('every subscribe is answered, also one that makes no sense', async () => {
    const client = await WireClient.greeted(node.url)
    for (const data of [{}, { channel: 7 }, { channel: '' }, null, 'x', []]) {
      client.say('pusher:subscribe', data)
      expect(JSON.parse(await client.next()).event).toMatch(/^pusher:(subscription_)?error$/)
    }
  })

  holds('pusher-js that leaves while its subscription is pending has left', async () => {
    const client = pusher(node.url)
    const heard = new Heard()
    client.connection.bind('connected', heard.note('connected'))
    await heard.expect('connected')
    client.subscribe('pending')
    client.unsubscribe('pending')

    await expect.poll(() => countOf('pending')).toBe(0)
    client.subscribe('pending').bind('pusher:subscription_succeeded', heard.note('subscribed'))
    await heard.expect('subscribed')
    await expect.poll(() => countOf('pending')).toBe(1)
  })

  holds('Echo joins public and private channels with its own backend, and hears its refusal', async () => {
    const heard = new Heard()
    const headers = { 'X-Visitor': '{"user_id":"1"}' }
    const known = echo(node.url, { authEndpoint: backend.url('/broadcasting/auth'), auth: { headers } })
    known.channel('orders-board').subscribed(heard.note('public'))
    known
      .private('orders-board')
      .subscribed(heard.note('private'))
      .listen('.order.paid', heard.note('order.paid'))
    echo(node.url, { authEndpoint: backend.url('/broadcasting/auth') })
      .private('orders-board')
      .error(heard.note('refused'))
    await heard.expect('public')
    await heard.expect('private')
    await heard.expect('refused')

    await backend.library.trigger('private-orders-board', 'order.paid', { id: 1 })
    await heard.expect('order.paid')
    expect(heard.data('order.paid')).toEqual([{ id: 1 }])
  })

  holds('a refused signature reaches pusher-js as subscription_error with its status', async () => {
    const heard = new Heard<{ type: string; status: number }>()
    const channelAuthorization = {
      endpoint: '',
      transport: 'ajax' as const,
      customHandler: (_: unknown, done: (error: null, data: { auth: string }) => void) =>
        done(null, { auth: `${app.key}:wrong` }),
    }
    pusher(node.url, { channelAuthorization })
      .subscribe('private-sales')
      .bind('pusher:subscription_error', heard.note('refused'))
    await heard.expect('refused')

    expect(heard.data('refused')).toMatchObject([{ type: 'AuthError', status: 401 }])
  })

  holds('subscribers are told how many they are where the app wants it', async () => {
    const channel = 'project-3'
    const first = await WireClient.greeted(node.url, { app: counting })
    const second = await WireClient.greeted(node.url, { app: counting })
    await first.join(channel)
    expect(await first.next()).toBe(golden('subscription-count').replace('\\":2', '\\":1'))
    await second.join(channel)
    expect(await second.next()).toBe(golden('subscription-count'))
    expect(await first.next()).toBe(golden('subscription-count'))
    await second.close()

    expect(await first.next()).toBe(golden('subscription-count').replace('\\":2', '\\":1'))
  })

  holds('counts are told in no presence channel and in no app that did not ask for them', async () => {
    const member = '{"user_id":"1"}'
    const client = await WireClient.greeted(node.url, { app: counting })
    await client.join('presence-room', member)
    const other = await WireClient.greeted(node.url)
    await other.join('project-3')

    expect(await client.heard()).toEqual([])
    expect(await other.heard()).toEqual([])
  })

  holds('pusher-js hands the count on as pusher:subscription_count', async () => {
    const heard = new Heard<{ subscription_count: number }>()
    const channel = pusher(node.url, {}, counting).subscribe('counted')
    channel.bind('pusher:subscription_count', heard.note('count'))
    await heard.expect('count')

    expect(heard.data('count')).toEqual([{ subscription_count: 1 }])
    expect(channel.subscriptionCount).toBe(1)
  })

  holds('above 100 connections the count is told at most every five seconds', async () => {
    const first = await WireClient.greeted(node.url, { app: counting })
    await first.join('crowd')
    for (let size = 1; size < 130; size++) {
      const client = await WireClient.greeted(node.url, { app: counting })
      await client.join('crowd')
    }
    const soon = (await first.heard()).map(countIn)
    expect(soon.slice(0, 99)).toEqual(Array.from({ length: 99 }, (_, at) => at + 1))
    expect(soon.length).toBeLessThan(115)

    await expect
      .poll(async () => (await first.heard()).map(countIn).at(-1), { timeout: 15_000, interval: 500 })
      .toBe(130)
  })

  holds('many events of one publisher arrive in their order, each once, on every channel', async () => {
    const client = await WireClient.greeted(node.url)
    await client.join('ordered-1')
    await client.join('ordered-2')
    for (let n = 0; n < 30; n++) {
      await app.publish(node.url, { name: 'n', channels: ['ordered-1', 'ordered-2'], data: String(n) })
    }
    const heard = (await client.heard()).map((text) => JSON.parse(text))

    for (const channel of ['ordered-1', 'ordered-2']) {
      const numbers = heard.filter((event) => event.channel === channel).map((event) => Number(event.data))
      expect(numbers).toEqual(Array.from({ length: 30 }, (_, at) => at))
    }
  })

  holds('after a reconnect pusher-js has another socket id and is authorised anew', async () => {
    const heard = new Heard()
    const client = pusher(node.url, as(backend, { user_id: '1' }))
    client.subscribe('private-again').bind('pusher:subscription_succeeded', heard.note('subscribed'))
    await heard.expect('subscribed')
    const before = client.connection.socket_id
    client.disconnect()
    await pause(50)
    client.connect()
    await heard.expect('subscribed', 2)

    expect(client.connection.socket_id).not.toBe(before)
  })
})

function countIn(text: string): number {
  return JSON.parse(JSON.parse(text).data).subscription_count
}
