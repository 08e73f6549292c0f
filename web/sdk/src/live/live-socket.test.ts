import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { WebSocket as PeerSocket, WebSocketServer } from 'ws'
import type { NodeFrame } from '../protocol/messages.ts'
import { LiveSocket } from './live-socket.ts'
import { backoff } from './wait.ts'

globalThis.WebSocket ??= PeerSocket as unknown as typeof WebSocket

let server: WebSocketServer
const heard: string[] = []

beforeEach(async () => {
  heard.length = 0
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await new Promise((resolve) => server.once('listening', resolve))
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})

afterEach(() => {
  vi.useRealTimers()
  for (const client of server.clients) client.terminate()
  server.close()
})

function connect(handle: (frame: NodeFrame) => Promise<void> = async () => {}): LiveSocket {
  const { port } = server.address() as AddressInfo
  return new LiveSocket(`ws://127.0.0.1:${port}`, () => ({ type: 'hello', device: 'd', cursors: {} }), handle)
}

/** Lets real input and output happen while the clock stands still. */
async function settled(claim: () => boolean): Promise<void> {
  for (let i = 0; i < 2000 && !claim(); i++) await new Promise((resolve) => setImmediate(resolve))
  expect(claim()).toBe(true)
}

const pong = JSON.stringify({ type: 'pong', time: '2026-11-21T08:00:00.000Z' })

describe('a live socket', () => {
  it('asks for a sign of life after 15 s of silence and is over 10 s later, though the line looks open', async () => {
    server.on('connection', (peer) => {
      peer.on('message', (data) => heard.push(String(data)))
      peer.send(pong)
    })
    let frames = 0
    const socket = connect(async () => void frames++)
    await settled(() => heard.length === 1 && frames === 1)
    let code = -1
    void socket.closed.then((closed) => {
      code = closed.code
    })
    vi.advanceTimersByTime(14_999)
    expect(heard.length).toBe(1)
    vi.advanceTimersByTime(1)
    await settled(() => heard.length === 2)
    expect(JSON.parse(heard[1] ?? '')).toEqual({ type: 'ping' })
    vi.advanceTimersByTime(9_999)
    expect(code).toBe(-1)
    vi.advanceTimersByTime(1)
    await settled(() => code === 0)
  })

  it('that is never answered is given up after 10 s', async () => {
    server.on('connection', (peer) => peer.on('message', (data) => heard.push(String(data))))
    let isOver = false
    void connect().closed.then(() => {
      isOver = true
    })
    await settled(() => heard.length === 1)
    vi.advanceTimersByTime(10_000)
    await settled(() => isOver)
  })

  it('takes the answer to a push after the pages that came before it', async () => {
    const order: string[] = []
    server.on('connection', (peer) => {
      peer.on('message', (data) => {
        const frame = JSON.parse(String(data)) as { type: string; id: number }
        if (frame.type !== 'push') return
        peer.send(pong)
        peer.send(
          JSON.stringify({
            type: 'pushed',
            id: frame.id,
            incarnation: 'i',
            epoch: 'e',
            outcomes: [],
            time: '2026-11-21T08:00:00.000Z',
          }),
        )
      })
      peer.send(pong)
    })
    let frames = 0
    const socket = connect(async (frame) => {
      if (frame.type === 'pong') await new Promise((resolve) => setImmediate(resolve))
      if (frame.type === 'pong') order.push('page')
      frames += 1
    })
    await settled(() => frames === 1)
    void socket.push({ incarnation: null, mutations: [] }).then(() => order.push('answer'))
    await settled(() => order.length === 3)
    expect(order).toEqual(['page', 'page', 'answer'])
    socket.close()
  })

  it('is not given up over an answer that has come and waits behind a page that takes long to write', async () => {
    server.on('connection', (peer) => {
      peer.on('message', (data) => {
        const frame = JSON.parse(String(data)) as { type: string; id: number }
        if (frame.type !== 'push') return
        const answer = { incarnation: 'i', epoch: 'e', outcomes: [], time: '2026-11-21T08:00:00.000Z' }
        peer.send(JSON.stringify({ type: 'pushed', id: frame.id, ...answer }), () => heard.push('answered'))
      })
      peer.send(pong)
    })
    let release: (() => void) | undefined
    const socket = connect(async (frame) => {
      if (frame.type === 'pong') await new Promise<void>((resolve) => (release = resolve))
    })
    await settled(() => release !== undefined)
    let kind = ''
    void socket.push({ incarnation: null, mutations: [] }).then((reply) => {
      kind = reply.kind
    })
    await settled(() => heard.length === 1)
    for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve))
    vi.advanceTimersByTime(12_000)
    expect(kind).toBe('')
    release?.()
    await settled(() => kind === 'ok')
    socket.close()
  })

  it('that breaks leaves no push without an answer', async () => {
    server.on('connection', (peer) => {
      peer.on('message', (data) => String(data).includes('push') && peer.terminate())
      peer.send(pong)
    })
    let frames = 0
    const socket = connect(async () => void frames++)
    await settled(() => frames === 1)
    let kind = ''
    void socket.push({ incarnation: null, mutations: [] }).then((reply) => {
      kind = reply.kind
    })
    await settled(() => kind === 'unreachable')
  })
})

describe('the pause before the next try', () => {
  it('doubles from half a second to 15 s, half of it by chance', () => {
    expect([0, 1, 2, 5, 99].map((failures) => backoff(failures, () => 1))).toEqual([
      500, 1000, 2000, 15_000, 15_000,
    ])
    expect(backoff(0, () => 0)).toBe(250)
  })
})
