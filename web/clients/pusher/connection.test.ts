// Connecting: addresses, versions, the greeting, and every reason not to be let in.
import { afterAll, beforeAll, expect } from 'vitest'
import { Heard, pause } from '../heard.ts'
import type { Node } from '../node.ts'
import { App, app } from '../wire/app.ts'
import { golden, goldenClose } from '../wire/golden.ts'
import { encode, opcodes } from '../wire/raw-frame.ts'
import { RawSocket, type Sending, shakeHands } from '../wire/raw-socket.ts'
import { appLines, disconnectAll, echo, pusher, startRealtime } from '../wire/realtime.ts'
import { section } from '../wire/section.ts'
import { closeAll, type Opening, WireClient } from '../wire/wire-client.ts'

const disabled = new App('disabled', 'disabled-key', 'disabled-secret')
const picky = new App('picky', 'picky-key', 'picky-secret')
const unknown = new App('nobody', 'nobody-key', 'nobody-secret')

section('connection', (holds) => {
  let node: Node

  beforeAll(async () => {
    node = await startRealtime([
      ...appLines(0, disabled, { Enabled: 'false' }),
      ...appLines(1, picky, { AllowedOrigins__0: 'https://shop.example' }),
    ])
  })

  afterAll(async () => {
    closeAll()
    disconnectAll()
    await node.remove()
  })

  async function expectRefused(when: string, opening: Opening): Promise<void> {
    const client = await WireClient.open(node.url, opening)
    const error = JSON.parse(await client.next())
    const { code, reason } = goldenClose(when)

    expect(error).toEqual({ event: 'pusher:error', data: { code, message: reason } })
    expect(await client.ended).toEqual({ code, reason })
  }

  holds('the first frame is the greeting with a socket id and an activity time-out above 0', async () => {
    const client = await WireClient.open(node.url)
    const text = await client.greeting()

    expect(client.socketId).toMatch(/^\d+\.\d+$/)
    expect(text).toBe(golden('connection-established').replace('123.456', client.socketId))
    expect(JSON.parse(JSON.parse(text).data).activity_timeout).toBeGreaterThan(0)
  })

  holds('no two connections have the same socket id', async () => {
    const clients = await Promise.all(Array.from({ length: 50 }, () => WireClient.greeted(node.url)))

    expect(new Set(clients.map((client) => client.socketId)).size).toBe(50)
  })

  holds('the server can stand under any prefix', async () => {
    for (const path of [`/shop/app/${app.key}`, `/a/b/app/${app.key}`, `/app/${app.key}/`]) {
      const client = await WireClient.greeted(node.url, { path })
      expect(client.socketId).not.toBe('')
    }
  })

  holds('pusher-js connects under a prefix with wsPath, and Echo without one', async () => {
    const heard = new Heard()
    pusher(node.url, { wsPath: '/shop' }).connection.bind('connected', heard.note('pusher-js'))
    echo(node.url).connector.pusher.connection.bind('connected', heard.note('echo'))

    await heard.expect('pusher-js')
    await heard.expect('echo')
  })

  holds('protocol 5, 6 and 7 are spoken, whatever the client calls itself', async () => {
    const queries = [
      'protocol=5',
      'protocol=6&client=pusher-objc&version=2.0',
      'protocol=7&client=js&version=8.6.0&flash=false',
      'protocol=7&client=%C3%91and%C3%BA&version=any+thing&flash=true&more=1',
      `client=js&version=${'9'.repeat(300)}&protocol=7`,
    ]
    for (const query of queries) {
      const client = await WireClient.greeted(node.url, { query })
      expect(client.socketId).not.toBe('')
    }
  })

  holds('an unknown key is closed with 4001', () => expectRefused("the key is no app's", { app: unknown }))

  holds('a disabled app is closed with 4003', () => expectRefused('the app is disabled', { app: disabled }))

  holds('another path is closed with 4005', () =>
    expectRefused('the path is not /app/KEY', { path: '/elsewhere' }),
  )

  holds('a version that is no number is closed with 4006', () =>
    expectRefused('the version is no number', { query: 'protocol=seven' }),
  )

  holds('a version that is not spoken is closed with 4007', async () => {
    await expectRefused('the version is not spoken', { query: 'protocol=3' })
    await expectRefused('the version is not spoken', { query: 'protocol=8' })
  })

  holds('a missing version is closed with 4008', () =>
    expectRefused('there is no version', { query: 'client=js' }),
  )

  holds('a page of an origin that is not allowed is closed with 4009, others are let in', async () => {
    const refused = { app: picky, headers: { Origin: 'https://evil.example' } }
    await expectRefused("the page's origin is not allowed", refused)
    await WireClient.greeted(node.url, { app: picky, headers: { Origin: 'https://shop.example' } })
    await WireClient.greeted(node.url, { app: picky })
  })

  holds('pusher-js with the wrong key hears 4001 and does not come again', async () => {
    const heard = new Heard<{ error?: { data?: { code?: number } } }>()
    const client = pusher(node.url, {}, unknown)
    client.connection.bind('error', heard.note('error'))
    client.connection.bind('connecting', heard.note('connecting'))
    client.connection.bind('disconnected', heard.note('disconnected'))
    await heard.expect('disconnected')
    await pause(1500)

    expect(heard.data('error').map((error) => error.error?.data?.code)).toContain(4001)
    expect(heard.count('connecting')).toBeLessThanOrEqual(1)
    expect(client.connection.state).toBe('disconnected')
  })

  holds('no subprotocol and no compression is agreed on', async () => {
    const socket = await RawSocket.open(`${node.url}/app/${app.key}?protocol=7`, {
      'Sec-WebSocket-Protocol': 'pusher, chat',
      'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits',
    })

    expect([...socket.headers.keys()]).not.toContain('sec-websocket-protocol')
    expect([...socket.headers.keys()]).not.toContain('sec-websocket-extensions')
    socket.cut()
  })

  holds('a handshake in many pieces is read, and so are frames that come in one piece with it', async () => {
    const subscribe = encode({
      opcode: opcodes.text,
      payload: Buffer.from('{"event":"pusher:subscribe","data":{"channel":"hasty"}}'),
    })
    const sends: Sending[] = [
      (socket, handshake) => void socket.write(Buffer.concat([handshake, subscribe])),
      (socket, handshake) => {
        const bytes = Buffer.concat([handshake, subscribe])
        const half = bytes.length >> 1
        socket.write(bytes.subarray(0, half))
        setTimeout(() => socket.write(bytes.subarray(half)), 50)
      },
      (socket, handshake) => {
        for (const byte of handshake) socket.write(Buffer.of(byte))
        socket.write(subscribe.subarray(0, 3))
        setTimeout(() => socket.write(subscribe.subarray(3)), 50)
      },
    ]
    for (const send of sends) {
      const client = await WireClient.greeted(node.url, { send })
      expect(await client.next()).toBe(golden('subscription-succeeded').replace('sales', 'hasty'))
    }
  })

  holds('header names are read in any case, and those of proxies and browsers are no matter', async () => {
    const headers = [
      { Upgrade: 'WebSocket', Connection: 'keep-alive, Upgrade' },
      { 'user-agent': 'till/1.0 (kiosk)', 'x-forwarded-for': '10.0.0.1', 'X-Forwarded-Proto': 'https' },
      { Cookie: 'a=b; c=d', Origin: 'https://shop.example', 'Cache-Control': 'no-cache' },
    ]
    for (const one of headers) {
      const client = await WireClient.greeted(node.url, { headers: one })
      expect(await client.heard()).toEqual([])
    }
  })

  holds('a handshake without a key, or with one that is none, is refused', async () => {
    for (const key of ['', 'short', 'dGhlIHNhbXBsZSBub25jZQ=', 'x'.repeat(24)]) {
      const { socket, status } = await shakeHands(`${node.url}/app/${app.key}?protocol=7`, {
        Upgrade: 'websocket',
        Connection: 'Upgrade',
        'Sec-WebSocket-Version': '13',
        ...(key ? { 'Sec-WebSocket-Key': key } : {}),
      })
      socket.destroy()
      expect(status).toBeGreaterThanOrEqual(400)
      expect(status).toBeLessThan(500)
    }
  })

  holds('a handshake of another WebSocket version is told the right one', async () => {
    const { socket, status, head } = await shakeHands(`${node.url}/app/${app.key}?protocol=7`, {
      Upgrade: 'websocket',
      Connection: 'Upgrade',
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Version': '12',
    })
    socket.destroy()

    expect([400, 426]).toContain(status)
    expect(head.get('sec-websocket-version')).toBe('13')
  })
})
