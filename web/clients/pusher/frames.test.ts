// The WebSocket beneath: every way in which a frame can be wrong, and that no other client is touched by it.
import { afterAll, beforeAll, expect } from 'vitest'
import type { Node } from '../node.ts'
import { app } from '../wire/app.ts'
import { golden } from '../wire/golden.ts'
import { closePayload, encode, opcodes, type RawFrame } from '../wire/raw-frame.ts'
import { startRealtime } from '../wire/realtime.ts'
import { section } from '../wire/section.ts'
import { closeAll, WireClient } from '../wire/wire-client.ts'

const ping = Buffer.from(golden('ping'))
const empty = Buffer.alloc(0)

section('frames', (holds) => {
  let node: Node
  let bystander: WireClient

  beforeAll(async () => {
    node = await startRealtime()
    bystander = await WireClient.greeted(node.url)
    await bystander.join('calm')
  })

  afterAll(async () => {
    closeAll()
    await node.remove()
  })

  /** The codes a connection ends with, by whichever way it came, while a bystander hears everything. */
  async function codesAfter(cases: readonly (RawFrame | Buffer)[]): Promise<number[]> {
    const codes: number[] = []
    for (const [at, one] of [...cases, ...cases].entries()) {
      // With a header of a proxy the handshake goes the way of every HTTP request.
      const headers = at < cases.length ? {} : { 'X-Forwarded-For': '10.0.0.1' }
      const client = await WireClient.greeted(node.url, { headers })
      await client.join('calm')
      client.socket.write(Buffer.isBuffer(one) ? one : encode(one))
      codes.push((await client.ended).code)
      await app.publish(node.url, { name: 'still', channel: 'calm', data: 'here' })
    }
    expect(await bystander.heard()).toHaveLength(cases.length * 2)
    return codes
  }

  holds('a message in many pieces is one message, with control frames in between', async () => {
    const client = await WireClient.greeted(node.url)
    const pieces = [ping.subarray(0, 5), ping.subarray(5, 6), empty, ping.subarray(6)]
    for (const [at, payload] of pieces.entries()) {
      client.socket.send({
        opcode: at === 0 ? opcodes.text : opcodes.more,
        payload,
        final: at === pieces.length - 1,
      })
      client.socket.send({ opcode: opcodes.ping, payload: Buffer.of(at) })
    }
    const frames = []
    for (let at = 0; at < 5; at++) frames.push(await client.socket.frames.next())
    const pongs = frames.filter((frame) => frame.opcode === opcodes.pong).map((frame) => frame.payload[0])

    expect(pongs).toEqual([0, 1, 2, 3])
    expect(
      frames.filter((frame) => frame.opcode === opcodes.text).map((frame) => frame.payload.toString()),
    ).toEqual([golden('pong')])
  })

  holds('a frame that comes byte by byte is read, and many in one piece are', async () => {
    const client = await WireClient.greeted(node.url)
    for (const byte of encode({ opcode: opcodes.text, payload: ping })) {
      client.socket.write(Buffer.of(byte))
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(await client.next()).toBe(golden('pong'))
    client.socket.write(
      Buffer.concat(Array.from({ length: 50 }, () => encode({ opcode: opcodes.text, payload: ping }))),
    )
    for (let at = 0; at < 50; at++) expect(await client.next()).toBe(golden('pong'))
  })

  holds('a ping is answered with its own bytes, none to 125 of them', async () => {
    const client = await WireClient.greeted(node.url)
    for (const payload of [empty, Buffer.from('x'), Buffer.alloc(125, 0xff)]) {
      client.socket.send({ opcode: opcodes.ping, payload })
      const { opcode, payload: answer, masked } = await client.socket.frames.next()
      expect({ opcode, answer, masked }).toEqual({ opcode: opcodes.pong, answer: payload, masked: false })
    }
    client.socket.send({ opcode: opcodes.pong, payload: Buffer.from('nobody asked') })

    expect(await client.heard()).toEqual([])
  })

  holds('a close frame is answered with its code', async () => {
    for (const code of [1000, 1001, 3000, 4999]) {
      const client = await WireClient.greeted(node.url)
      expect((await client.socket.close(code)).code).toBe(code)
    }
    const bare = await WireClient.greeted(node.url)
    bare.socket.send({ opcode: opcodes.close, payload: empty })

    expect([1000, 1005]).toContain((await bare.ended).code)
  })

  holds(
    'unmasked frames, reserved bits, unknown kinds and torn pieces end the connection with 1002',
    async () => {
      const text = { opcode: opcodes.text, payload: ping }
      const start = encode({ ...text, final: false })
      const codes = await codesAfter([
        { ...text, masked: false },
        { ...text, reserved: 4 },
        { ...text, reserved: 1 },
        { opcode: 3, payload: empty },
        { opcode: 11, payload: empty },
        { opcode: opcodes.more, payload: ping },
        Buffer.concat([start, encode(text)]),
        { opcode: opcodes.ping, payload: Buffer.alloc(126), lengthBytes: 2 },
        { opcode: opcodes.ping, payload: empty, final: false },
        { opcode: opcodes.close, payload: Buffer.of(3) },
        { opcode: opcodes.close, payload: closePayload(1005) },
        { opcode: opcodes.close, payload: closePayload(999) },
      ])

      expect(codes).toEqual(codes.map(() => 1002))
    },
  )

  holds('bytes that are no UTF-8 end the connection with 1007', async () => {
    const torn = Buffer.from([0x22, 0xe2, 0x82])
    const codes = await codesAfter([
      { opcode: opcodes.text, payload: Buffer.from([0x22, 0xff, 0x22]) },
      { opcode: opcodes.text, payload: torn },
      { opcode: opcodes.text, payload: Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]) },
      { opcode: opcodes.text, payload: Buffer.from([0x22, 0xc0, 0xaf, 0x22]) },
    ])

    expect(codes).toEqual(codes.map(() => 1007))
  })

  holds('a letter torn between two pieces is whole again', async () => {
    const client = await WireClient.greeted(node.url)
    const text = Buffer.from('{"event":"pusher:subscribe","data":{"channel":"room"},"note":"\u{1F600}"}')
    const cut = text.indexOf(0xf0) + 2
    client.socket.send({ opcode: opcodes.text, payload: text.subarray(0, cut), final: false })
    client.socket.send({ opcode: opcodes.more, payload: text.subarray(cut) })

    expect(await client.next()).toContain('subscription_succeeded')
  })

  holds('a binary frame ends the connection with 1003', async () => {
    expect(await codesAfter([{ opcode: opcodes.binary, payload: ping }])).toEqual([1003, 1003])
  })

  holds('a message that is too big ends the connection with 1009, whatever its length claims', async () => {
    const big = { opcode: opcodes.text, payload: empty }
    const pieces = Array.from({ length: 40 }, (_, at) =>
      encode({
        opcode: at === 0 ? opcodes.text : opcodes.more,
        payload: Buffer.alloc(8192, 0x20),
        final: false,
      }),
    )
    const codes = await codesAfter([
      { ...big, claims: 2 ** 31, lengthBytes: 8 },
      { ...big, claims: 2 ** 52, lengthBytes: 8 },
      Buffer.concat(pieces),
    ])

    expect(codes).toEqual(codes.map(() => 1009))
  })

  holds('a length with its highest bit set ends the connection', async () => {
    const head = Buffer.of(0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0)
    for (const code of await codesAfter([head])) expect([1002, 1009]).toContain(code)
  })

  holds('what is no JSON object with an event is told so and the connection stays', async () => {
    const client = await WireClient.greeted(node.url)
    for (const text of [
      '',
      '{',
      '[]',
      '7',
      '"pusher:ping"',
      '{"event":7}',
      '{"data":{}}',
      '{"event":"pusher:ping"',
    ]) {
      client.socket.text(text)
      expect(await client.next(), text).toBe(golden('error-invalid-message'))
    }

    expect(await client.heard()).toEqual([])
  })

  holds('whoever goes on with nonsense is closed with 4100', async () => {
    const client = await WireClient.greeted(node.url)
    for (let at = 0; at < 12; at++) client.socket.text('nonsense')

    expect(await client.ended).toMatchObject({ code: 4100, reason: 'Too many invalid messages' })
  })

  holds('frames and bytes at random cost nobody else a message', async () => {
    const random = fromSeed(7)
    for (let at = 0; at < 150; at++) {
      const client = await WireClient.greeted(node.url, random(2) ? {} : { headers: { 'X-Way': 'http' } })
      for (let more = random(6); more >= 0; more--) {
        const noise = Buffer.from(Array.from({ length: random(300) }, () => random(256)))
        if (random(3) === 0) client.socket.write(noise)
        else {
          client.socket.send({
            opcode: random(16),
            payload: random(2) ? ping : noise,
            final: random(4) > 0,
            reserved: random(10) ? 0 : random(8),
            masked: random(10) > 0,
          })
        }
      }
      if (random(2)) client.socket.cut()
      await app.publish(node.url, { name: 'still', channel: 'calm', data: String(at) })
    }
    const heard = (await bystander.heard()).map((text) => Number(JSON.parse(text).data))

    expect(heard).toEqual(Array.from({ length: 150 }, (_, at) => at))
  })

  holds('frames after a close frame are not read', async () => {
    const client = await WireClient.greeted(node.url)
    const close = encode({ opcode: opcodes.close, payload: closePayload(1000) })
    const typing = '{"event":"pusher:subscribe","data":{"channel":"after-close"}}'
    client.socket.write(
      Buffer.concat([close, encode({ opcode: opcodes.text, payload: Buffer.from(typing) })]),
    )
    await client.ended
    const answer = await app.ask(node.url, 'GET', '/channels/after-close')

    expect(await answer.json()).toMatchObject({ occupied: false })
  })
})

/** The same numbers below `end` in each run. */
function fromSeed(seed: number): (end: number) => number {
  let state = seed
  return (end) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return (state >> 8) % end
  }
}
