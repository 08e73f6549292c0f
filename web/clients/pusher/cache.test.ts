// Cache channels: the last event for whoever comes late.
import { afterAll, beforeAll, expect } from 'vitest'
import { Heard, pause } from '../heard.ts'
import type { Node } from '../node.ts'
import { App, app } from '../wire/app.ts'
import { golden } from '../wire/golden.ts'
import { appLines, disconnectAll, pusher, startRealtime } from '../wire/realtime.ts'
import { section } from '../wire/section.ts'
import { closeAll, WireClient } from '../wire/wire-client.ts'

const brief = new App('brief', 'brief-key', 'brief-secret')
const member = '{"user_id":"1"}'

section('cache', (holds) => {
  let node: Node

  beforeAll(async () => {
    node = await startRealtime(appLines(0, brief, { Limits__CacheLifetime: '00:00:01' }))
  })

  afterAll(async () => {
    closeAll()
    disconnectAll()
    await node.remove()
  })

  async function keep(channel: string, price = 1400, by = app): Promise<void> {
    await by.publish(node.url, { name: 'price', channel, data: JSON.stringify({ price }) })
  }

  holds('the last event comes directly after the subscription succeeded', async () => {
    await keep('cache-prices', 1)
    await keep('cache-prices')
    const client = await WireClient.greeted(node.url)
    await client.join('cache-prices')

    expect(await client.heard()).toEqual([golden('cache/event')])
  })

  holds('it comes before anything live', async () => {
    await keep('cache-live')
    const client = await WireClient.greeted(node.url)
    const publishing = keep('cache-live', 2)
    client.say('pusher:subscribe', { channel: 'cache-live' })
    await publishing
    await keep('cache-live', 3)
    const prices = (await client.heard()).map((text) => JSON.parse(JSON.parse(text).data).price)

    expect([
      [undefined, 1400, 2, 3],
      [undefined, 2, 3],
    ]).toContainEqual(prices)
  })

  holds('with nothing kept there is a cache_miss without data', async () => {
    const client = await WireClient.greeted(node.url)
    await client.join('cache-empty')

    expect(await client.next()).toBe(golden('cache/cache-miss').replace('cache-prices', 'cache-empty'))
    expect(await client.heard()).toEqual([])
  })

  holds('every kind of cache channel keeps its last event', async () => {
    for (const channel of ['private-cache-a', 'presence-cache-a', 'private-encrypted-cache-a', 'cache-a']) {
      await keep(channel)
      const client = await WireClient.greeted(node.url)
      await client.join(channel, channel.startsWith('presence-') ? member : undefined)
      expect(await client.heard()).toEqual([golden('cache/event').replace('cache-prices', channel)])
    }
  })

  holds('other channels keep nothing and miss nothing', async () => {
    await keep('prices')
    const client = await WireClient.greeted(node.url)
    await client.join('prices')
    await client.join('my-cache-prices')

    expect(await client.heard()).toEqual([])
  })

  holds('private and presence cache channels carry client events and do not keep them', async () => {
    for (const channel of ['private-cache-talk', 'presence-cache-talk']) {
      const data = channel.startsWith('presence-') ? member : undefined
      const sender = await WireClient.greeted(node.url)
      const other = await WireClient.greeted(node.url)
      for (const client of [sender, other]) await client.join(channel, data)
      await Promise.all([sender.heard(), other.heard()])
      sender.say('client-typing', { at: 1 }, channel)
      expect(JSON.parse(await other.next()).event).toBe('client-typing')
      const late = await WireClient.greeted(node.url)
      await late.join(channel, data)
      expect((await late.heard()).map((text) => JSON.parse(text).event)).toEqual(['pusher:cache_miss'])
    }
  })

  holds('a public cache channel carries no client events', async () => {
    const client = await WireClient.greeted(node.url)
    await client.join('cache-talk')
    await client.heard()
    client.say('client-typing', { at: 1 }, 'cache-talk')

    expect(JSON.parse(await client.next())).toMatchObject({ channel: 'cache-talk', data: { code: 4301 } })
  })

  holds('an event is forgotten after its lifetime', async () => {
    await keep('cache-brief', 1, brief)
    const soon = await WireClient.greeted(node.url, { app: brief })
    await soon.join('cache-brief')
    await pause(1600)
    const late = await WireClient.greeted(node.url, { app: brief })
    await late.join('cache-brief')

    expect((await late.heard()).map((text) => JSON.parse(text).event)).toEqual(['pusher:cache_miss'])
  })

  holds('an event published while nobody listens is kept, whoever was excluded', async () => {
    const excluded = await WireClient.greeted(node.url)
    await app.publish(node.url, {
      name: 'price',
      channel: 'cache-quiet',
      data: '{"price":1400}',
      socket_id: excluded.socketId,
    })
    await excluded.join('cache-quiet')

    expect(await excluded.heard()).toEqual([golden('cache/event').replace('cache-prices', 'cache-quiet')])
  })

  holds('pusher-js hears the kept event, and pusher:cache_miss where there is none', async () => {
    const heard = new Heard()
    await keep('cache-js')
    const client = pusher(node.url)
    client.subscribe('cache-js').bind('price', heard.note('price'))
    client.subscribe('cache-js-empty').bind('pusher:cache_miss', heard.note('miss'))
    await heard.expect('price')
    await heard.expect('miss')

    expect(heard.data('price')).toEqual([{ price: 1400 }])
  })
})
