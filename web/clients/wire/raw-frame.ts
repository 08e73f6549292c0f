import { randomBytes } from 'node:crypto'

export const opcodes = { more: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

/** One frame of RFC 6455. What is not given is as a well-behaved client has it. */
export interface RawFrame {
  readonly opcode: number
  readonly payload: Buffer
  readonly final?: boolean
  /** The three reserved bits, 0 to 7. */
  readonly reserved?: number
  readonly masked?: boolean
  /** The length that the header claims, when it is a lie. */
  readonly claims?: number
  /** In how many bytes the length is written: 1, 2 or 8. */
  readonly lengthBytes?: 1 | 2 | 8
}

export function encode(frame: RawFrame): Buffer {
  const { opcode, payload, final = true, reserved = 0, masked = true } = frame
  const first = (final ? 0x80 : 0) | (reserved << 4) | opcode
  const length = lengthOf(frame.claims ?? payload.length, frame.lengthBytes)
  if (masked) length[0] = (length[0] as number) | 0x80
  if (!masked) return Buffer.concat([Buffer.of(first), length, payload])

  const mask = randomBytes(4)
  return Buffer.concat([
    Buffer.of(first),
    length,
    mask,
    payload.map((byte, at) => byte ^ (mask[at % 4] as number)),
  ])
}

/** Takes one frame off the front of what a server sent; undefined when it is not whole yet. */
export function decode(bytes: Buffer): { readonly frame: RawFrame; readonly rest: Buffer } | undefined {
  if (bytes.length < 2) return undefined

  const short = bytes.readUInt8(1) & 0x7f
  const head = short === 127 ? 10 : short === 126 ? 4 : 2
  if (bytes.length < head) return undefined

  const length =
    short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short
  if (bytes.length < head + length) return undefined

  const first = bytes.readUInt8(0)
  const frame = {
    opcode: first & 0x0f,
    final: (first & 0x80) !== 0,
    reserved: (first >> 4) & 7,
    masked: (bytes.readUInt8(1) & 0x80) !== 0,
    payload: Buffer.from(bytes.subarray(head, head + length)),
  }
  return { frame, rest: bytes.subarray(head + length) }
}

export function closePayload(code: number, reason = ''): Buffer {
  const payload = Buffer.alloc(2 + Buffer.byteLength(reason))
  payload.writeUInt16BE(code)
  payload.write(reason, 2)
  return payload
}

function lengthOf(length: number, bytes: number = length < 126 ? 1 : length < 65_536 ? 2 : 8): Buffer {
  if (bytes === 1) return Buffer.of(length)

  const written = Buffer.alloc(1 + bytes)
  written[0] = bytes === 2 ? 126 : 127
  if (bytes === 2) written.writeUInt16BE(length, 1)
  else written.writeBigUInt64BE(BigInt(length), 1)
  return written
}
