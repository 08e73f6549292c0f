// The golden messages about missed events, played to stock pusher-js with the plug-in.
import type { AddressInfo } from 'node:net'
import { type PusherClient, resume } from '@branchline/client/resume'
import Pusher from 'pusher-js'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { golden } from '../wire/golden.ts'

const said: { readonly event: string; readonly data: unknown }[] = []
const recovered: string[] = []
const kept = new Map<string, string>()

let server: WebSocketServer
let peer: WebSocket
let client: Pusher

beforeAll(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  server.on('connection', (socket) => {
    peer = socket
    socket.on('message', (data) => said.push(JSON.parse(data.toString())))
    socket.send(golden('connection-established'))
  })
  await new Promise((resolve) => server.once('listening', resolve))
  const wsPort = (server.address() as AddressInfo).port
  client = new Pusher('key', {
    cluster: 'mt1',
    wsHost: '127.0.0.1',
    wsPort,
    forceTLS: false,
    enabledTransports: ['ws'],
  })
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  }
  resume(client as PusherClient, {
    storage,
    onRecovered: (channel, all) => recovered.push(`${channel} ${all}`),
  })
  client.subscribe('project-3')
})

afterAll(() => {
  client.disconnect()
  server.close()
})

function names(): string[] {
  return said.map((one) => one.event)
}

it('says before it subscribes that it knows nothing', async () => {
  await expect.poll(() => names()).toEqual(['branchline:resume', 'pusher:subscribe'])
  expect(said[0]?.data).toEqual({ sockets: [], channels: {} })
})

it('says after a cut what it was told, what it received since and on which connections', async () => {
  peer.send(golden('missed/position'))
  peer.send(golden('event-published'))
  peer.send(golden('subscription-count'))
  await expect.poll(() => kept.get('branchline.resume.key')).toContain('"received":1')
  peer.terminate()
  await expect.poll(() => names(), { timeout: 10_000 }).toHaveLength(4)

  const { data } = JSON.parse(golden('missed/client-resume')) as {
    data: { channels: Record<string, object> }
  }
  const position = { epoch: '6fa1ef476926', offset: 7, received: 1, connections: 1 }
  expect(said[2]).toEqual({
    event: 'branchline:resume',
    data: { sockets: ['123.456'], channels: { 'project-3': position } },
  })
  expect(Object.keys(data.channels['project-3'] ?? {})).toEqual(Object.keys(position))
})

it('tells its app whether everything came', async () => {
  peer.send(golden('missed/resumed'))
  peer.send(golden('missed/not-resumed'))

  await expect.poll(() => recovered).toEqual(['project-3 true', 'project-3 false'])
})
