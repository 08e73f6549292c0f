import { createHash, randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { Inbox } from './inbox.ts'
import { closePayload, decode, encode, opcodes, type RawFrame } from './raw-frame.ts'

/** How a handshake is written. */
export type Sending = (socket: Socket, handshake: Buffer) => void

const magic = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/** Why a connection ended. Without a close frame the code is 1006. */
export interface Ending {
  readonly code: number
  readonly reason: string
}

/** A WebSocket client that can break every rule of RFC 6455: it sends what it is told to and hides nothing of what comes. */
export class RawSocket {
  /** The handshake's answer: its headers by lower-case name. */
  readonly headers: ReadonlyMap<string, string>
  readonly frames = new Inbox<RawFrame>()
  readonly ended: Promise<Ending>
  /** Whether a server's close frame is answered, as it has to be. */
  answersClose = true
  #ending: Ending = { code: 1006, reason: '' }
  #unread: Buffer
  readonly #socket: Socket

  private constructor(socket: Socket, headers: ReadonlyMap<string, string>, rest: Buffer) {
    this.#socket = socket
    this.headers = headers
    this.#unread = rest
    this.ended = new Promise((resolve) => {
      socket.once('close', () => resolve(this.#ending))
    })
    socket.on('data', (bytes) => this.#read(bytes))
    this.#read(Buffer.alloc(0))
  }

  /** `send` writes the handshake, when it is not to go out in one piece and alone. */
  static async open(
    url: string,
    headers: Readonly<Record<string, string>> = {},
    send: Sending = (socket, handshake) => void socket.write(handshake),
  ): Promise<RawSocket> {
    const key = randomBytes(16).toString('base64')
    const all = {
      Upgrade: 'websocket',
      Connection: 'Upgrade',
      'Sec-WebSocket-Key': key,
      'Sec-WebSocket-Version': '13',
      ...headers,
    }
    const { socket, status, head, rest } = await shakeHands(url, all, send)
    const accept = createHash('sha1')
      .update(key + magic)
      .digest('base64')
    if (status !== 101 || head.get('sec-websocket-accept') !== accept) {
      socket.destroy()
      throw new Error(`The handshake was answered with ${status}`)
    }
    return new RawSocket(socket, head, rest)
  }

  send(frame: RawFrame): void {
    this.write(encode(frame))
  }

  text(text: string): void {
    this.send({ opcode: opcodes.text, payload: Buffer.from(text) })
  }

  write(bytes: Buffer): void {
    this.#socket.write(bytes)
  }

  /** The polite end. */
  close(code = 1000): Promise<Ending> {
    this.send({ opcode: opcodes.close, payload: closePayload(code) })
    return this.ended
  }

  /** The end of a machine without power: nothing more is said. */
  cut(): void {
    this.#socket.resetAndDestroy()
  }

  /** Stops reading, as a machine that hangs. */
  freeze(): void {
    this.#socket.pause()
  }

  thaw(): void {
    this.#socket.resume()
  }

  #read(bytes: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, bytes])
    for (let next = decode(this.#unread); next; next = decode(this.#unread)) {
      this.#unread = next.rest
      if (next.frame.opcode === opcodes.close) this.#closed(next.frame.payload)
      else this.frames.put(next.frame)
    }
  }

  #closed(payload: Buffer): void {
    const code = payload.length < 2 ? 1005 : payload.readUInt16BE(0)
    this.#ending = { code, reason: payload.subarray(2).toString() }
    if (this.answersClose && this.#socket.writable) {
      this.#socket.end(encode({ opcode: opcodes.close, payload: payload.subarray(0, 2) }))
    }
  }
}

interface Handshake {
  readonly socket: Socket
  readonly status: number
  readonly head: ReadonlyMap<string, string>
  readonly rest: Buffer
}

/** Sends a GET with these headers and reads the answer up to its empty line. */
export async function shakeHands(
  url: string,
  headers: Readonly<Record<string, string>>,
  send: Sending = (socket, handshake) => void socket.write(handshake),
): Promise<Handshake> {
  const { hostname, port, pathname, search, host } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => socket.destroy())
  socket.setNoDelay()
  const lines = Object.entries({ Host: host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  send(socket, Buffer.from(`GET ${pathname}${search} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1'))
  const bytes = await untilEmptyLine(socket)
  const end = bytes.indexOf('\r\n\r\n')
  const [first = '', ...rest] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const head = new Map(
    rest.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const
    }),
  )
  return { socket, status: Number(first.split(' ')[1]), head, rest: bytes.subarray(end + 4) }
}

function untilEmptyLine(socket: Socket): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0)
    const closed = () => reject(new Error(`The connection ended: ${bytes.toString('latin1')}`))
    const read = (more: Buffer) => {
      bytes = Buffer.concat([bytes, more])
      if (!bytes.includes('\r\n\r\n')) return
      socket.off('data', read).off('close', closed)
      resolve(bytes)
    }
    socket.on('data', read).once('close', closed)
  })
}
