import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import { freePort } from './program.ts'

/** A server program of another version: its files are the real ones, but for its name and perhaps for a mistake. */
export interface Build {
  readonly name: string
  /** Its app throws before anything is drawn. */
  readonly isBroken?: boolean
}

/** Stands before a shop's node and serves the app as another build of the program would. */
export class Front {
  readonly url: string
  readonly #port: number
  readonly #target: URL
  readonly #open = new Set<Socket>()
  readonly #server: Server
  #build: Build | null = null

  private constructor(port: number, target: string) {
    this.#port = port
    this.#target = new URL(target)
    this.url = `http://127.0.0.1:${port}`
    this.#server = createServer((asked, answer) => this.#pass(asked, answer))
    this.#server.on('connection', (socket) => this.#hold(socket))
    this.#server.on('upgrade', (asked: IncomingMessage, socket: Socket) => this.#tunnel(asked, socket))
  }

  static async before(target: string): Promise<Front> {
    const front = new Front(await freePort(), target)
    await new Promise<void>((resolve) => front.#server.listen(front.#port, '127.0.0.1', resolve))
    return front
  }

  /** Another version of the program is installed; null is the one that was built. */
  deploy(build: Build | null): void {
    this.#build = build
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    for (const socket of this.#open) socket.destroy()
    await closed
  }

  #pass(asked: IncomingMessage, answer: ServerResponse): void {
    const path = asked.url ?? '/'
    if (path === '/assets/broken.js') {
      answer.setHeader('Content-Type', 'text/javascript')
      answer.end('throw new Error("This build does not start")')
      return
    }
    const { hostname, port } = this.#target
    const { 'if-none-match': _, 'if-modified-since': __, ...kept } = asked.headers
    const headers = { ...kept, 'accept-encoding': 'identity' }
    const passed = request({ hostname, port, path, method: asked.method, headers }, (reply) => {
      const isPage = String(reply.headers['content-type']).startsWith('text/html')
      if (this.#build === null || !(isPage || path === '/sw.js')) {
        answer.writeHead(reply.statusCode ?? 502, reply.headers)
        reply.pipe(answer)
        return
      }
      const parts: Buffer[] = []
      reply.on('data', (part: Buffer) => parts.push(part))
      reply.on('end', () => {
        const { 'content-length': _length, etag: _etag, ...rest } = reply.headers
        answer.writeHead(reply.statusCode ?? 502, rest)
        answer.end(this.#altered(Buffer.concat(parts).toString(), this.#build))
      })
    })
    passed.on('error', () => answer.destroy())
    asked.pipe(passed)
  }

  #altered(text: string, build: Build | null): string {
    if (build === null) return text
    const named = text
      .replace(/"version":"\w+"/, `"version":"${build.name}"`)
      .replace('<head>', `<head><meta name="build" content="${build.name}">`)
    return build.isBroken ? named.replace(/\/assets\/index-[^"]+\.js/, '/assets/broken.js') : named
  }

  #tunnel(asked: IncomingMessage, near: Socket): void {
    const far = connect(Number(this.#target.port), this.#target.hostname, () => {
      const headers = Object.entries(asked.headers).map(([name, value]) => `${name}: ${String(value)}`)
      far.write([`GET ${asked.url} HTTP/1.1`, ...headers, '', ''].join('\r\n'))
      near.pipe(far).pipe(near)
    })
    this.#hold(far)
    near.on('close', () => far.destroy()).on('error', () => far.destroy())
    far.on('close', () => near.destroy()).on('error', () => near.destroy())
  }

  #hold(socket: Socket): void {
    this.#open.add(socket)
    socket.on('close', () => this.#open.delete(socket))
  }
}
