import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type Pusher from 'pusher'
import type { App } from './app.ts'

const masterKey = 'nxzvbGF+f8FGhk/jOaZvgMle1tqxzF/VfUZLBLhhaH0='

/** Who a backend takes a client for: the member of a presence channel and the user of a sign-in. */
export interface Visitor {
  readonly user_id: string
  readonly user_info?: Readonly<Record<string, unknown>>
  readonly watchlist?: readonly string[]
}

/** An application's own backend as its framework has it: it authorises channels and sign-ins with the official library. */
export class Backend {
  readonly library: Pusher
  /** How often a client asked. */
  questions = 0
  readonly #server: Server

  private constructor(server: Server, library: Pusher) {
    this.#server = server
    this.library = library
    server.on('request', async (request, response) => {
      this.questions++
      const answer = this.#answer(request, new URLSearchParams(await bodyOf(request)))
      response.writeHead(answer ? 200 : 403, { 'Content-Type': 'application/json' })
      response.end(JSON.stringify(answer ?? {}))
    })
  }

  /** One that authorises for `app` and publishes through the node at `url`. */
  static async start(app: App, url: string): Promise<Backend> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new Backend(server, app.library(url, { encryptionMasterKeyBase64: masterKey }))
  }

  /** Where a client asks: `/broadcasting/auth`, `/pusher/user-auth` and so on. Who it is goes as a header. */
  url(path: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${path}`
  }

  stop(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  #answer(request: IncomingMessage, form: URLSearchParams): object | undefined {
    const visitor = JSON.parse(String(request.headers['x-visitor'] ?? 'null')) as Visitor | null
    const socketId = form.get('socket_id') ?? ''
    if (!visitor) return undefined

    const { user_id, user_info, watchlist } = visitor
    if (request.url?.endsWith('/user-auth')) {
      return this.library.authenticateUser(socketId, { id: user_id, user_info, watchlist })
    }
    const channel = form.get('channel_name') ?? ''
    const member = { user_id, ...(user_info ? { user_info } : {}) }
    return this.library.authorizeChannel(
      socketId,
      channel,
      channel.startsWith('presence-') ? member : undefined,
    )
  }
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}
