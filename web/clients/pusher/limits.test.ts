// Limits: each names itself, and none costs another client anything.
import { afterAll, beforeAll, expect } from 'vitest'
import { Heard } from '../heard.ts'
import type { Node } from '../node.ts'
import { App, app } from '../wire/app.ts'
import { goldenClose } from '../wire/golden.ts'
import { appLines, disconnectAll, pusher, startRealtime } from '../wire/realtime.ts'
import { section } from '../wire/section.ts'
import { closeAll, WireClient } from '../wire/wire-client.ts'

const narrow = new App('narrow', 'narrow-key', 'narrow-secret')
const homely = new App('homely', 'homely-key', 'homely-secret')
const terse = new App('terse', 'terse-key', 'terse-secret')

section('limits', (holds) => {
  let node: Node

  beforeAll(async () => {
    node = await startRealtime([
      'Branchline__Gateway__MaxChannels=5',
      ...appLines(0, narrow, { Limits__MaxConnections: '2' }),
      ...appLines(1, homely, { Limits__MaxConnectionsPerAddress: '2' }),
      ...appLines(2, terse, {
        Limits__MaxChannelName: '10',
        Limits__MaxEventName: '5',
        Limits__MaxChannelsPerEvent: '2',
        Limits__MaxBatch: '2',
        Limits__MaxWatchlist: '1',
      }),
    ])
  })

  afterAll(async () => {
    closeAll()
    disconnectAll()
    await node.remove()
  })

  holds('one connection too many of an app is closed with 4100, another app is not concerned', async () => {
    const first = await WireClient.greeted(node.url, { app: narrow })
    await WireClient.greeted(node.url, { app: narrow })
    const third = await WireClient.open(node.url, { app: narrow })
    expect(await third.ended).toEqual(goldenClose('there are too many of one app'))
    await WireClient.greeted(node.url)
    await first.close()

    await WireClient.greeted(node.url, { app: narrow })
  })

  holds('pusher-js over the limit comes again by itself when there is room', async () => {
    const heard = new Heard()
    const [first, second] = [await entered(), await entered()]
    const client = pusher(node.url, {}, homely)
    client.connection.bind('error', heard.note('error'))
    client.connection.bind('connected', heard.note('connected'))
    await expect.poll(() => heard.count('error'), { timeout: 20_000 }).toBeGreaterThan(0)
    await first.close()

    await heard.expect('connected')
    client.disconnect()
    await second.close()
  })

  /** A connection that counts, as soon as those of before no longer do. */
  async function entered(): Promise<WireClient> {
    for (;;) {
      const client = await WireClient.open(node.url, { app: homely })
      if ((await client.next()).includes('connection_established')) return client
      await client.ended
    }
  }

  holds('one connection too many of an address is closed with 4100', async () => {
    for (let at = 0; at < 2; at++) await entered()
    const third = await WireClient.open(node.url, { app: homely })

    expect(await third.ended).toEqual(goldenClose('there are too many from one address'))
  })

  holds('one channel too many of a connection is refused with LimitReached and names the limit', async () => {
    const client = await WireClient.greeted(node.url)
    for (let at = 0; at < 5; at++) await client.join(`room-${at}`)
    const { channel, data } = JSON.parse(await client.subscribe('room-5'))

    expect(channel).toBe('room-5')
    expect(JSON.parse(data)).toMatchObject({ type: 'LimitReached', error: expect.stringContaining('5') })
    await client.join('room-4')
  })

  holds('the limits of names, channels, batches and watchlists are those of the app', async () => {
    const client = await WireClient.greeted(node.url, { app: terse })
    const tooLong = JSON.parse(await client.subscribe('n'.repeat(11)))
    expect(JSON.parse(tooLong.data)).toMatchObject({
      type: 'LimitReached',
      error: expect.stringContaining('10'),
    })
    const asks: [string, object, string][] = [
      ['/events', { name: 'sixsix', channel: 'a', data: '1' }, '5'],
      ['/events', { name: 'foo', channels: ['a', 'b', 'c'], data: '1' }, '2'],
      ['/batch_events', { batch: [1, 2, 3].map(() => ({ name: 'foo', channel: 'a', data: '1' })) }, '2'],
    ]
    for (const [path, event, limit] of asks) {
      const response = await terse.ask(node.url, 'POST', path, { body: JSON.stringify(event) })
      expect(response.status).toBe(400)
      expect(await response.text()).toContain(limit)
    }
    await client.signIn('{"id":"1","watchlist":["a","b"]}')

    expect((await client.heard()).join()).toContain('"code":4302')
  })

  holds('a reader that stands still is dropped with 4100 and the others miss nothing', async () => {
    const slow = await WireClient.greeted(node.url)
    const quick = await WireClient.greeted(node.url)
    await slow.join('flood')
    await quick.join('flood')
    slow.socket.freeze()
    const data = 'x'.repeat(90_000)
    const total = 600
    for (let at = 0; at < total; at += 10) {
      const batch = Array.from({ length: 10 }, () => ({ name: 'n', channel: 'flood', data }))
      const response = await app.ask(node.url, 'POST', '/batch_events', { body: JSON.stringify({ batch }) })
      expect(response.status).toBe(200)
      expect(await quick.heard()).toHaveLength(10)
    }
    const count = async () =>
      (await (
        await app.ask(node.url, 'GET', '/channels/flood', { query: { info: 'subscription_count' } })
      ).json()) as {
        subscription_count: number
      }
    await expect.poll(async () => (await count()).subscription_count, { timeout: 20_000 }).toBe(1)
    slow.socket.thaw()

    expect([1006, 4100]).toContain((await slow.ended).code)
  })
})
