// Client events: who may send them, who hears them, and in what form.
import { afterAll, beforeAll, expect } from 'vitest'
import { Heard } from '../heard.ts'
import type { Node } from '../node.ts'
import { App, app } from '../wire/app.ts'
import { Backend } from '../wire/backend.ts'
import { golden } from '../wire/golden.ts'
import { encode, opcodes } from '../wire/raw-frame.ts'
import { appLines, as, disconnectAll, echo, pusher, startRealtime } from '../wire/realtime.ts'
import { section } from '../wire/section.ts'
import { closeAll, WireClient } from '../wire/wire-client.ts'

const silent = new App('silent', 'silent-key', 'silent-secret')
const tight = new App('tight', 'tight-key', 'tight-secret')
const channel = 'private-foobar'

section('client events', (holds) => {
  let node: Node
  let backend: Backend

  beforeAll(async () => {
    node = await startRealtime([
      ...appLines(0, silent, { ClientEvents: 'false' }),
      ...appLines(1, tight, { ClientEvents: 'true', Limits__MaxEventBytes: '1000' }),
    ])
    backend = await Backend.start(app, node.url)
  })

  afterAll(async () => {
    closeAll()
    disconnectAll()
    backend.stop()
    await node.remove()
  })

  async function joined(to: string, by = app, data?: string): Promise<WireClient> {
    const client = await WireClient.greeted(node.url, { app: by })
    await client.join(to, data)
    return client
  }

  holds('others hear the event as it was sent, an object stays an object and a string a string', async () => {
    const sender = await joined(channel)
    const other = await joined(channel)
    for (const name of ['client-events/relayed-object', 'client-events/relayed-string']) {
      sender.socket.text(golden(name))
      expect(await other.next()).toBe(golden(name))
    }
  })

  holds('any JSON travels unchanged, also numbers that lose their digits elsewhere', async () => {
    const sender = await joined(channel)
    const other = await joined(channel)
    for (const data of ['12345678901234567890.10', 'null', '[1e2,{"a":"\\u00e9\\/"}]', '"\\u0001"', 'true']) {
      sender.socket.text(`{"event":"client-raw","channel":"${channel}","data":${data}}`)
      expect(await other.next()).toBe(`{"event":"client-raw","channel":"${channel}","data":${data}}`)
    }
  })

  holds('the sender does not hear its own event', async () => {
    const sender = await joined(channel)
    sender.socket.text(golden('client-events/relayed-object'))

    expect(await sender.heard()).toEqual([])
  })

  holds('in a presence channel the event names its user, whatever the sender claims', async () => {
    const sender = await joined('presence-foobar', app, '{"user_id":10,"user_info":{"name":"Mr. Channels"}}')
    const other = await joined('presence-foobar', app, '{"user_id":"11"}')
    sender.say('client-typing', { at: 1 }, 'presence-foobar')
    expect(await other.next()).toBe(golden('presence/client-event'))
    sender.socket.text('{"event":"client-typing","channel":"presence-foobar","user_id":"11","data":{"at":1}}')

    expect(await other.next()).toBe(golden('presence/client-event'))
  })

  holds('whoever has not subscribed is refused with 4301, though the channel exists', async () => {
    const other = await joined(channel)
    const stranger = await WireClient.greeted(node.url)
    stranger.say('client-typing', { at: 1 }, channel)
    expect(await stranger.next()).toBe(golden('client-events/error-not-subscribed'))
    await stranger.join(channel)
    stranger.say('pusher:unsubscribe', { channel })
    stranger.say('client-typing', { at: 1 }, channel)
    expect(await stranger.next()).toBe(golden('client-events/error-not-subscribed'))

    expect(await other.heard()).toEqual([])
  })

  holds('public and encrypted channels carry no client events', async () => {
    const sender = await joined('foobar')
    const other = await joined('foobar')
    sender.say('client-typing', { at: 1 }, 'foobar')
    expect(await sender.next()).toBe(golden('client-events/error-public-channel'))
    await sender.join('private-encrypted-foobar')
    sender.say('client-typing', { at: 1 }, 'private-encrypted-foobar')
    expect(await sender.next()).toBe(golden('client-events/error-encrypted-channel'))

    expect(await other.heard()).toEqual([])
  })

  holds('an app that switched them off refuses with 4301', async () => {
    const sender = await joined('private-sales', silent)
    const other = await joined('private-sales', silent)
    sender.socket.text(golden('client-event'))
    expect(await sender.next()).toBe(golden('error-client-event'))

    expect(await other.heard()).toEqual([])
  })

  holds('the eleventh event in a second is refused with 4301, the connection stays', async () => {
    const sender = await joined(channel)
    const other = await joined(channel)
    const events = Array.from({ length: 25 }, (_, at) => ({ event: 'client-typing', channel, data: { at } }))
    sender.socket.write(burst(events))
    const refused = await sender.heard()
    expect(refused.length).toBeGreaterThanOrEqual(5)
    expect(new Set(refused)).toEqual(new Set([golden('client-events/error-rate')]))
    const heard = (await other.heard()).map((text) => JSON.parse(text).data.at)
    expect(heard.slice(0, 10)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(heard.length + refused.length).toBe(25)

    await expect
      .poll(
        async () => {
          sender.say('client-typing', { at: 99 }, channel)
          return (await other.heard()).length
        },
        { timeout: 10_000, interval: 300 },
      )
      .toBeGreaterThan(0)
  })

  holds('an event that is too large is refused with 4301 and names the limit', async () => {
    const sender = await joined('private-tight', tight)
    const other = await joined('private-tight', tight)
    sender.say('client-typing', { text: 'x'.repeat(1100) }, 'private-tight')
    const { data, ...error } = JSON.parse(await sender.next())

    expect(error).toEqual({ event: 'pusher:error', channel: 'private-tight' })
    expect(data).toMatchObject({ code: 4301, message: expect.stringContaining('1000') })
    expect(await other.heard()).toEqual([])
  })

  holds('an event with a name of 201 characters is refused with 4301', async () => {
    const sender = await joined(channel)
    sender.say(`client-${'n'.repeat(194)}`, {}, channel)

    expect(JSON.parse(await sender.next())).toMatchObject({ channel, data: { code: 4301 } })
  })

  holds('names that do not begin with client- are not relayed', async () => {
    const sender = await joined(channel)
    const other = await joined(channel)
    for (const name of ['typing', 'pusher:typing', 'pusher_internal:member_added', 'Client-typing']) {
      sender.say(name, { at: 1 }, channel)
      expect(JSON.parse(await sender.next()).event).toBe('pusher:error')
    }

    expect(await other.heard()).toEqual([])
  })

  holds('pusher-js and Echo hear one another, with the user in a presence channel', async () => {
    const heard = new Heard<unknown>()
    const ada = { user_id: '1', user_info: { name: 'Ada' } }
    const first = pusher(node.url, as(backend, ada)).subscribe('presence-typing')
    first.bind('pusher:subscription_succeeded', heard.note('pusher-js'))
    first.bind('client-typing', (data: unknown, metadata: unknown) => heard.note('typing')([data, metadata]))
    const headers = { 'X-Visitor': JSON.stringify({ user_id: '2', user_info: { name: 'Grace' } }) }
    const second = echo(node.url, {
      authEndpoint: backend.url('/broadcasting/auth'),
      auth: { headers },
    }).join('typing')
    second.here(heard.note('echo')).listenForWhisper('typing', heard.note('whispered'))
    await heard.expect('pusher-js')
    await heard.expect('echo')
    second.whisper('typing', { at: 1 })
    await heard.expect('typing')
    first.trigger('client-typing', { at: 2 })
    await heard.expect('whispered')

    expect(heard.data('typing')).toEqual([[{ at: 1 }, { user_id: '2' }]])
    expect(heard.data('whispered')).toMatchObject([{ at: 2 }])
  })
})

/** Frames in one piece, so that they arrive in the same moment. */
function burst(messages: readonly object[]): Buffer {
  return Buffer.concat(
    messages.map((message) =>
      encode({ opcode: opcodes.text, payload: Buffer.from(JSON.stringify(message)) }),
    ),
  )
}
