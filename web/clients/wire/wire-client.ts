import { type App, app } from './app.ts'
import { golden } from './golden.ts'
import { opcodes, type RawFrame } from './raw-frame.ts'
import { type Ending, RawSocket, type Sending } from './raw-socket.ts'

const open = new Set<WireClient>()

/** How a connection is opened, where it differs from the usual one. */
export interface Opening {
  readonly app?: App
  readonly path?: string
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly send?: Sending
}

/** A Pusher client that shows every byte of its wire and does nothing by itself. */
export class WireClient {
  readonly socket: RawSocket
  readonly app: App
  #socketId = ''

  private constructor(socket: RawSocket, by: App) {
    this.socket = socket
    this.app = by
    open.add(this)
  }

  get socketId(): string {
    return this.#socketId
  }

  get ended(): Promise<Ending> {
    return this.socket.ended
  }

  /** Opens a connection and leaves all that comes to be read. */
  static async open(url: string, opening: Opening = {}): Promise<WireClient> {
    const by = opening.app ?? app
    const { path = `/app/${by.key}`, query = 'protocol=7&client=wire&version=1.0&flash=false' } = opening
    return new WireClient(await RawSocket.open(`${url}${path}?${query}`, opening.headers, opening.send), by)
  }

  /** Opens a connection and reads the greeting. */
  static async greeted(url: string, opening: Opening = {}): Promise<WireClient> {
    const client = await WireClient.open(url, opening)
    await client.greeting()
    return client
  }

  async greeting(): Promise<string> {
    const text = await this.next()
    this.#socketId = JSON.parse(JSON.parse(text).data).socket_id
    return text
  }

  say(event: string, data: unknown, channel?: string): void {
    this.socket.text(JSON.stringify(channel === undefined ? { event, data } : { event, channel, data }))
  }

  /** The next text frame, as it came. */
  async next(): Promise<string> {
    const frame = await this.#nextOf(opcodes.text)
    return frame.payload.toString()
  }

  /** Everything that came before the answer to a ping sent now. */
  async heard(): Promise<string[]> {
    this.socket.text(golden('ping'))
    const heard: string[] = []
    for (let text = await this.next(); text !== golden('pong'); text = await this.next()) heard.push(text)
    return heard
  }

  /** Asks for a channel, signed for where that is needed; the answer as it came. */
  subscribe(channel: string, channelData?: string): Promise<string> {
    const auth = /^(private|presence)-/.test(channel)
      ? this.app.channelAuth(this.socketId, channel, channelData)
      : ''
    return this.subscribeWith(channel, {
      auth,
      ...(channelData === undefined ? {} : { channel_data: channelData }),
    })
  }

  subscribeWith(channel: string, proof: object): Promise<string> {
    this.say('pusher:subscribe', { ...proof, channel })
    return this.next()
  }

  /** Subscribes; throws when that was refused. */
  async join(channel: string, channelData?: string): Promise<void> {
    const answer = await this.subscribe(channel, channelData)
    if (!answer.includes('pusher_internal:subscription_succeeded')) throw new Error(answer)
  }

  signIn(userData: string): Promise<string> {
    this.say('pusher:signin', { auth: this.app.userAuth(this.socketId, userData), user_data: userData })
    return this.next()
  }

  /** The polite end; resolves when the server has answered it. */
  close(): Promise<Ending> {
    return this.socket.close()
  }

  async #nextOf(opcode: number): Promise<RawFrame> {
    for (;;) {
      const frame = await Promise.race([this.socket.frames.next(), this.ended.then(saidNoMore)])
      if (frame.opcode === opcode) return frame
    }
  }
}

/** Ends what the tests of a file left open. */
export function closeAll(): void {
  for (const client of open) client.socket.cut()
  open.clear()
}

function saidNoMore({ code, reason }: Ending): never {
  throw new Error(`The connection ended with ${code} ${reason}`)
}
