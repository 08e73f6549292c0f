// Webhooks: what a backend is told, signed so that the official library believes it.
import { afterAll, beforeAll, expect } from 'vitest'
import { pause } from '../heard.ts'
import type { Node } from '../node.ts'
import { App } from '../wire/app.ts'
import { golden } from '../wire/golden.ts'
import { appLines, startRealtime } from '../wire/realtime.ts'
import { section } from '../wire/section.ts'
import { type WebhookEvent, WebhookReceiver } from '../wire/webhook-receiver.ts'
import { closeAll, WireClient } from '../wire/wire-client.ts'

const hooked = new App('hooked', 'hooked-key', 'hooked-secret')
const all = '/all'
const filtered = '/filtered'
const broken = '/broken'

section('webhooks', (holds) => {
  let node: Node
  let receiver: WebhookReceiver

  beforeAll(async () => {
    receiver = await WebhookReceiver.start()
    receiver.refusals.set(broken, 2)
    node = await startRealtime(
      appLines(0, hooked, {
        SubscriptionCount: 'true',
        Webhooks__0__Url: receiver.url(all),
        Webhooks__1__Url: receiver.url(filtered),
        Webhooks__1__Events__0: 'channel_occupied',
        Webhooks__1__Events__1: 'member_added',
        Webhooks__1__ChannelPrefix: 'presence-',
        Webhooks__2__Url: receiver.url(broken),
        Webhooks__2__ChannelPrefix: 'retried',
      }).concat('Branchline__Webhooks__HoldTime=00:00:01', 'Branchline__Webhooks__FirstPause=00:00:00.2'),
    )
  })

  afterAll(async () => {
    closeAll()
    receiver.stop()
    await node.remove()
  })

  async function joined(channel: string, data?: string): Promise<WireClient> {
    const client = await WireClient.greeted(node.url, { app: hooked })
    await client.join(channel, data)
    return client
  }

  function goldenEvent(name: string, change: object = {}): WebhookEvent {
    return { ...JSON.parse(golden(`webhooks/${name}`)).events[0], ...change }
  }

  async function expectTold(event: WebhookEvent): Promise<void> {
    const of = (one: WebhookEvent) => one.name === event.name
    await expect
      .poll(() => receiver.events(all, String(event.channel)).filter(of), { timeout: 20_000, interval: 50 })
      .toEqual([event])
  }

  holds('a channel is occupied with its first subscriber and vacated after its last', async () => {
    const first = await joined('project-3')
    await expectTold(goldenEvent('channel-occupied'))
    const second = await joined('project-3')
    await first.close()
    await second.close()

    await expectTold(goldenEvent('channel-vacated'))
    await expectTold(goldenEvent('channel-occupied'))
  })

  holds('members are told with the first connection of a user and after the last', async () => {
    const data = '{"user_id":"11"}'
    const one = await joined('presence-foobar', data)
    const two = await joined('presence-foobar', data)
    await expectTold(goldenEvent('member-added'))
    await one.close()
    await two.close()

    await expectTold(goldenEvent('member-removed'))
    await expectTold(goldenEvent('member-added'))
  })

  holds('client events are told with their sender, and their user in presence channels', async () => {
    const sender = await joined('private-foobar')
    sender.say('client-typing', { at: 1 }, 'private-foobar')
    await expectTold(goldenEvent('client-event', { socket_id: sender.socketId }))
    const member = await joined('presence-foobar', '{"user_id":"11"}')
    member.say('client-typing', { at: 1 }, 'presence-foobar')

    await expectTold(goldenEvent('client-event-presence', { socket_id: member.socketId }))
  })

  holds('one miss of a cache channel is told once, however many miss it', async () => {
    await Promise.all(Array.from({ length: 5 }, () => joined('cache-prices')))

    await expectTold(goldenEvent('cache-miss'))
    await pause(500)
    await expectTold(goldenEvent('cache-miss'))
  })

  holds('the number of subscribers is told', async () => {
    await joined('counted')

    await expectTold(goldenEvent('subscription-count', { channel: 'counted' }))
  })

  holds('whoever is back within the time of grace has not been away', async () => {
    const names = () => receiver.events(all, 'presence-reload').map((event) => event.name)
    const quick = await joined('presence-reload', '{"user_id":"1"}')
    await expect.poll(names, { timeout: 20_000 }).toContain('member_added')
    await quick.close()
    await joined('presence-reload', '{"user_id":"1"}')
    await pause(2500)

    expect(names().toSorted()).toEqual(['channel_occupied', 'member_added'])
  })

  holds('every delivery is signed over its raw body, as application/json and with a time', async () => {
    await joined('signed')
    await expect.poll(() => receiver.events(all, 'signed').length, { timeout: 20_000 }).toBeGreaterThan(0)
    const library = hooked.library(node.url)
    for (const { headers, rawBody } of receiver.deliveries) {
      const webhook = library.webhook({ headers, rawBody })
      expect(webhook.isValid()).toBe(true)
      expect(webhook.isContentTypeValid()).toBe(true)
      expect(Math.abs(webhook.getTime().getTime() - Date.now())).toBeLessThan(600_000)
      const forged = rawBody.replace('"name"', '"Name"')
      expect(library.webhook({ headers, rawBody: forged }).isValid()).toBe(false)
    }
    expect(Object.keys(JSON.parse(receiver.deliveries[0]?.rawBody ?? '{}'))).toEqual(['time_ms', 'events'])
  })

  holds('an endpoint hears only the events and channels it asked for', async () => {
    await joined('presence-filter', '{"user_id":"1"}')
    await joined('not-filtered')
    await expect
      .poll(
        () =>
          receiver
            .events(filtered, 'presence-filter')
            .map((event) => event.name)
            .toSorted(),
        { timeout: 20_000 },
      )
      .toEqual(['channel_occupied', 'member_added'])

    expect(receiver.events(filtered, 'not-filtered')).toEqual([])
    const names = receiver.deliveries.filter((one) => one.path === filtered).flatMap((one) => one.events)
    expect(new Set(names.map((event) => event.name))).toEqual(new Set(['channel_occupied', 'member_added']))
  })

  holds('what is answered with 500 is sent again until it is taken, then never more', async () => {
    await joined('retried')
    const occupied = () =>
      receiver.events(broken, 'retried').filter((event) => event.name === 'channel_occupied')
    await expect.poll(() => occupied().length, { timeout: 35_000, interval: 100 }).toBe(1)
    await pause(500)

    expect(receiver.deliveries.filter((one) => one.path === broken && one.status === 500)).toHaveLength(2)
    expect(occupied()).toHaveLength(1)
  })

  holds('the library of a backend reads the events as they are written', async () => {
    const delivery = receiver.deliveries.find((one) =>
      one.events.some((event) => event.name === 'client_event'),
    )
    if (!delivery) throw new Error('no client event was told')
    const webhook = hooked.library(node.url).webhook(delivery)

    expect(webhook.getEvents()).toEqual(JSON.parse(delivery.rawBody).events)
  })
})
