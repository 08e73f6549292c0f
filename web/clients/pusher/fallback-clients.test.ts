// Stock pusher-js by its HTTP transports: all kinds of channels, codes, and coming back.

import type Pusher from 'pusher-js'
import { afterAll, beforeAll, expect, vi } from 'vitest'
import { Heard } from '../heard.ts'
import type { Node } from '../node.ts'
import { App, app } from '../wire/app.ts'
import { Backend } from '../wire/backend.ts'
import { appLines, as, disconnectAll, pusher, startRealtime } from '../wire/realtime.ts'
import { section } from '../wire/section.ts'

type Transport = 'xhr_streaming' | 'xhr_polling'

vi.setConfig({ testTimeout: 120_000 })

const transports: readonly Transport[] = ['xhr_streaming', 'xhr_polling']
const closed = new App('closed', 'closed-key', 'closed-secret')
const ada = { user_id: 'ada', user_info: { name: 'Ñandú "R" <1>' } }
const bob = { user_id: 'bob' }

section('fallback', (holds) => {
  let node: Node
  let backend: Backend

  beforeAll(async () => {
    node = await startRealtime(appLines(0, closed, { Enabled: 'false' }))
    backend = await Backend.start(app, node.url)
  })

  afterAll(async () => {
    disconnectAll()
    backend.stop()
    await node.remove()
  })

  function over(transport: Transport, options: object = {}, by = app): Pusher {
    const { hostname, port } = new URL(node.url)
    return pusher(
      node.url,
      { httpHost: hostname, httpPort: Number(port), enabledTransports: [transport], ...options },
      by,
    )
  }

  async function expectRoom(transport: Transport): Promise<void> {
    const heard = new Heard<{ n?: number; id?: string }>()
    const room = `presence-${transport}`
    const first = over(transport, as(backend, ada)).subscribe(room)
    first.bind('pusher:subscription_succeeded', heard.note('first in'))
    first.bind('pusher:member_added', heard.note('added'))
    first.bind('client-hello', heard.note('hello'))
    await heard.expect('first in')
    const client = over(transport, as(backend, bob))
    const second = client.subscribe(room)
    second.bind('pusher:subscription_succeeded', () => second.trigger('client-hello', { n: 1 }))
    const own = client.subscribe(`private-${transport}`)
    own.bind('pusher:subscription_succeeded', heard.note('private in'))
    own.bind('n', heard.note('n'))
    await heard.expect('private in')
    await heard.expect('hello')
    await app.publish(node.url, { name: 'n', channel: `private-${transport}`, data: '{"n":7}' })
    await heard.expect('n')

    expect(heard.data('added').map((member) => member.id)).toEqual(['bob'])
    expect(heard.data('hello')).toEqual([{ n: 1 }])
    expect(heard.data('n')).toEqual([{ n: 7 }])
  }

  async function expectRefused(transport: Transport): Promise<void> {
    const heard = new Heard<object>()
    const client = over(transport, {}, closed)
    client.connection.bind('error', heard.note('error'))
    await expect.poll(() => client.connection.state, { timeout: 20_000 }).toBe('disconnected')

    expect(heard.data('error')[0]).toMatchObject({ error: { data: { code: 4003 } } })
  }

  holds('private and presence channels, members and client events come by xhr_streaming', () =>
    expectRoom('xhr_streaming'),
  )
  holds('private and presence channels, members and client events come by xhr_polling', () =>
    expectRoom('xhr_polling'),
  )
  holds('an app that is off keeps a client of xhr_streaming away, by its code', () =>
    expectRefused('xhr_streaming'),
  )
  holds('an app that is off keeps a client of xhr_polling away, by its code', () =>
    expectRefused('xhr_polling'),
  )

  holds('a client comes back by itself when the node does, and hears on', async () => {
    const heard = new Heard<string>()
    const all = transports.map((transport) => over(transport))
    for (const client of all) {
      const channel = client.subscribe('again')
      channel.bind('pusher:subscription_succeeded', heard.note('in'))
      channel.bind('n', heard.note('n'))
    }
    await heard.expect('in', 2)
    await node.stop()
    await node.run()
    // A client that asked while the node was away may take 15 s to ask again.
    await expect.poll(() => heard.count('in'), { timeout: 60_000 }).toBe(4)
    await app.publish(node.url, { name: 'n', channel: 'again', data: 'after' })

    await heard.expect('n', 2)
  })
})
