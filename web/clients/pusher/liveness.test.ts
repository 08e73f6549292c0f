// Being there: pings and pongs of both kinds, silence, and a node that stops.
import { afterAll, beforeAll, expect } from 'vitest'
import { Heard, pause } from '../heard.ts'
import type { Node } from '../node.ts'
import { golden, goldenClose } from '../wire/golden.ts'
import { opcodes } from '../wire/raw-frame.ts'
import { disconnectAll, pusher, startRealtime } from '../wire/realtime.ts'
import { section } from '../wire/section.ts'
import { closeAll, WireClient } from '../wire/wire-client.ts'

section('liveness', (holds) => {
  let node: Node

  beforeAll(async () => {
    node = await startRealtime([
      'Branchline__Gateway__ActivityTimeout=00:00:01',
      'Branchline__Gateway__PongTimeout=00:00:02',
    ])
  })

  afterAll(async () => {
    closeAll()
    disconnectAll()
    await node.remove()
  })

  holds('the greeting names the activity time-out in seconds', async () => {
    const client = await WireClient.open(node.url)
    const { data } = JSON.parse(await client.greeting())

    expect(JSON.parse(data).activity_timeout).toBe(1)
  })

  holds('a ping is answered with a pong, whatever its data is', async () => {
    const client = await WireClient.greeted(node.url)
    for (const data of [{}, null, '', '{}']) {
      client.say('pusher:ping', data)
      expect(await client.next()).toBe(golden('pong'))
    }
    client.socket.text('{"event":"pusher:ping"}')

    expect(await client.next()).toBe(golden('pong'))
  })

  holds('a pong is taken without a word', async () => {
    const client = await WireClient.greeted(node.url)
    client.socket.text(golden('pong'))
    client.say('pusher:pong', '{}')

    expect(await client.heard()).toEqual([])
  })

  holds('a silent client is asked and closed with 4201 when it does not answer', async () => {
    const client = await WireClient.greeted(node.url)

    expect(await client.next()).toBe(golden('ping'))
    expect(await client.ended).toEqual(goldenClose('no pong came'))
  })

  holds('a ping of the WebSocket shows that a client is there, and so does a message', async () => {
    const talker = await WireClient.greeted(node.url)
    const ponger = await WireClient.greeted(node.url)
    const asked = ponger.next()
    const ponging = asked.then(() => ponger.socket.text(golden('pong')))
    for (let at = 0; at < 12; at++) {
      talker.socket.send({ opcode: opcodes.ping, payload: Buffer.alloc(0) })
      await pause(300)
    }
    await ponging

    expect(await asked).toBe(golden('ping'))
    expect(await talker.heard()).toEqual([])
    expect(await ponger.heard()).toEqual([])
  })

  holds('pusher-js that has nothing to say stays connected', async () => {
    const heard = new Heard()
    const client = pusher(node.url, { activityTimeout: 120_000 })
    client.connection.bind('connected', heard.note('connected'))
    await heard.expect('connected')
    await pause(4500)

    expect(heard.names).toEqual(['connected'])
    expect(client.connection.state).toBe('connected')
  })

  holds(
    'a node that stops sends everybody away with 4200, and pusher-js tries at once to come back',
    async () => {
      const heard = new Heard()
      const client = pusher(node.url)
      for (const state of ['connected', 'connecting']) client.connection.bind(state, heard.note(state))
      await heard.expect('connected')
      heard.forget()
      const clients = await Promise.all(Array.from({ length: 20 }, () => WireClient.greeted(node.url)))
      const alive = setInterval(() => {
        for (const one of clients) one.socket.text(golden('pong'))
      }, 400)
      const endings = Promise.all(clients.map((one) => one.ended))
      await node.stop()
      clearInterval(alive)

      const expected = goldenClose('the server restarts')
      expect(await endings).toEqual(clients.map(() => expected))
      await expect.poll(() => heard.names[0]).toBe('connecting')
    },
  )
})
