// Presence channels: who is there, by user and not by connection.
import { afterAll, beforeAll, expect } from 'vitest'
import { Heard } from '../heard.ts'
import type { Node } from '../node.ts'
import { App, app } from '../wire/app.ts'
import { Backend } from '../wire/backend.ts'
import { golden } from '../wire/golden.ts'
import { appLines, as, disconnectAll, echo, pusher, startRealtime } from '../wire/realtime.ts'
import { section } from '../wire/section.ts'
import { closeAll, WireClient } from '../wire/wire-client.ts'

const small = new App('small', 'small-key', 'small-secret')
const channels = JSON.stringify({ user_id: 10, user_info: { name: 'Mr. Channels' } })
const ada = JSON.stringify({ user_id: '11', user_info: { name: 'Ñandú "R" <1>' } })
const room = 'presence-foobar'

section('presence', (holds) => {
  let node: Node
  let backend: Backend

  beforeAll(async () => {
    node = await startRealtime(appLines(0, small, { Limits__MaxPresenceMembers: '2' }))
    backend = await Backend.start(app, node.url)
  })

  afterAll(async () => {
    closeAll()
    disconnectAll()
    backend.stop()
    await node.remove()
  })

  /** Somebody in a room of its own for each test. */
  async function member(suffix: string, data: string, by = app): Promise<WireClient> {
    const client = await WireClient.greeted(node.url, { app: by })
    await client.join(`${room}${suffix}`, data)
    return client
  }

  holds('the first member is told of itself, and a numeric id stays a number', async () => {
    const client = await WireClient.greeted(node.url)

    expect(await client.subscribe(room, channels)).toBe(golden('presence/subscription-succeeded'))
    await client.close()
  })

  holds('a member that comes and goes is told to those who are there, not to itself', async () => {
    const first = await member('', channels)
    const second = await WireClient.greeted(node.url)
    expect(await second.subscribe(room, ada)).toBe(golden('presence/subscription-succeeded-two'))
    expect(await first.next()).toBe(golden('presence/member-added'))
    expect(await second.heard()).toEqual([])
    second.say('pusher:unsubscribe', { channel: room })
    expect(await first.next()).toBe(golden('presence/member-removed'))

    expect(await second.heard()).toEqual([])
  })

  holds(
    'a user with two connections is one member, added with the first and removed with the last',
    async () => {
      const watcher = await member('-tabs', channels)
      const one = await member('-tabs', ada)
      const two = await WireClient.greeted(node.url)
      const answer = JSON.parse(await two.subscribe(`${room}-tabs`, ada))
      expect(JSON.parse(answer.data).presence).toMatchObject({ ids: [10, '11'], count: 2 })
      const added = golden('presence/member-added').replace(room, `${room}-tabs`)
      const removed = golden('presence/member-removed').replace(room, `${room}-tabs`)
      expect(await watcher.heard()).toEqual([added])
      expect(await one.heard()).toEqual([])
      await one.close()
      expect(await watcher.heard()).toEqual([])
      await two.close()

      expect(await watcher.next()).toBe(removed)
    },
  )

  holds('joining twice on one connection counts once', async () => {
    const watcher = await member('-twice', channels)
    const client = await member('-twice', ada)
    await client.join(`${room}-twice`, ada)
    expect(await watcher.heard()).toHaveLength(1)
    client.say('pusher:unsubscribe', { channel: `${room}-twice` })

    expect(await watcher.next()).toContain('member_removed')
  })

  holds('a client that is killed leaves no ghost', async () => {
    const watcher = await member('-killed', channels)
    const client = await member('-killed', ada)
    expect(await watcher.next()).toContain('member_added')
    client.socket.cut()

    expect(await watcher.next()).toContain('member_removed')
  })

  holds('a member goes when its close frame arrives, though its connection stays', async () => {
    const watcher = await member('-closing', channels)
    const client = await member('-closing', ada)
    client.socket.answersClose = false
    expect(await watcher.next()).toContain('member_added')
    void client.close()

    expect(await watcher.next()).toContain('member_removed')
  })

  holds('the signature covers the data of the member as it was sent', async () => {
    const client = await WireClient.greeted(node.url)
    const auth = app.channelAuth(client.socketId, room, channels)
    const changed = channels.replace('10', '99')
    const spaced = '{ "user_id" : "12" }'
    expect(await client.subscribeWith(room, { auth, channel_data: changed })).toContain('subscription_error')
    expect(await client.subscribeWith(room, { auth })).toContain('subscription_error')

    expect(await client.subscribe(room, spaced)).toContain('subscription_succeeded')
  })

  holds('without a member there is no presence, unless the connection is signed in', async () => {
    const client = await WireClient.greeted(node.url)
    expect(await client.subscribe(`${room}-user`)).toBe(
      golden('presence/error-no-member').replace(room, `${room}-user`),
    )
    for (const data of [
      '{}',
      '[]',
      'null',
      '"x"',
      '{"user_id":""}',
      '{"user_id":null}',
      '{"user_id":{}}',
      '{',
    ]) {
      expect(await client.subscribe(`${room}-user`, data), data).toContain('subscription_error')
    }
    await client.signIn(JSON.stringify({ id: '12', user_info: { name: 'Grace' } }))
    const answer = JSON.parse(await client.subscribe(`${room}-user`))

    expect(JSON.parse(answer.data).presence).toEqual({
      ids: ['12'],
      hash: { 12: { name: 'Grace' } },
      count: 1,
    })
  })

  holds('a member may have no description', async () => {
    const client = await WireClient.greeted(node.url)
    const answer = JSON.parse(await client.subscribe(`${room}-bare`, '{"user_id":"13"}'))
    const { ids, hash, count } = JSON.parse(answer.data).presence

    expect({ ids, keys: Object.keys(hash), count }).toEqual({ ids: ['13'], keys: ['13'], count: 1 })
  })

  holds('one member too many is refused with LimitReached 4100, a second tab of one is not', async () => {
    await member('', '{"user_id":"1"}', small)
    await member('', '{"user_id":"2"}', small)
    const third = await WireClient.greeted(node.url, { app: small })
    expect(await third.subscribe(room, '{"user_id":"3"}')).toBe(golden('presence/error-members'))

    await member('', '{"user_id":"2"}', small)
  })

  holds('a member described at too great length is refused with LimitReached 4301', async () => {
    const client = await WireClient.greeted(node.url)
    const data = JSON.stringify({ user_id: '1', user_info: { text: 'x'.repeat(2100) } })

    expect(await client.subscribe(room, data)).toBe(golden('presence/error-member-size'))
  })

  holds('an id of 128 characters is taken, one of 129 is refused', async () => {
    const client = await WireClient.greeted(node.url)
    const answer = (length: number) => client.subscribe(`${room}-long`, `{"user_id":"${'i'.repeat(length)}"}`)
    expect(await answer(129)).toBe(golden('presence/error-no-member').replace(room, `${room}-long`))

    expect(await answer(128)).toContain('subscription_succeeded')
  })

  holds('events are published to members as to anybody', async () => {
    const client = await member('-events', ada)
    await app.publish(node.url, { name: 'foo', channel: `${room}-events`, data: '{"some":"data"}' })

    expect(await client.next()).toBe(golden('event-published').replace('project-3', `${room}-events`))
  })

  holds('pusher-js keeps the list of members and who it is itself', async () => {
    const heard = new Heard<{ id: string; info: unknown }>()
    const first = pusher(node.url, as(backend, { user_id: '1', user_info: { name: 'Ada' } }))
    const channel = first.subscribe('presence-list')
    channel.bind('pusher:subscription_succeeded', heard.note('subscribed'))
    channel.bind('pusher:member_added', heard.note('added'))
    channel.bind('pusher:member_removed', heard.note('removed'))
    await heard.expect('subscribed')
    const second = pusher(node.url, as(backend, { user_id: '2', user_info: { name: 'Grace' } }))
    second.subscribe('presence-list')
    await heard.expect('added')
    second.disconnect()
    await heard.expect('removed')

    expect(heard.data('added')).toEqual([{ id: '2', info: { name: 'Grace' } }])
    expect(heard.data('subscribed')).toMatchObject([{ count: 1, me: { id: '1', info: { name: 'Ada' } } }])
  })

  holds('Echo hears who is here, who joins and who leaves', async () => {
    const heard = new Heard()
    const settings = (visitor: object) => ({
      authEndpoint: backend.url('/broadcasting/auth'),
      auth: { headers: { 'X-Visitor': JSON.stringify(visitor) } },
    })
    echo(node.url, settings({ user_id: '1', user_info: { name: 'Ada' } }))
      .join('echo')
      .here(heard.note('here'))
      .joining(heard.note('joining'))
      .leaving(heard.note('leaving'))
    await heard.expect('here')
    const second = echo(node.url, settings({ user_id: '2', user_info: { name: 'Grace' } }))
    second.join('echo')
    await heard.expect('joining')
    second.leave('echo')
    await heard.expect('leaving')

    expect(heard.data('here')).toEqual([[{ name: 'Ada' }]])
    expect(heard.data('joining')).toEqual([{ name: 'Grace' }])
    expect(heard.data('leaving')).toEqual([{ name: 'Grace' }])
  })
})
