import { createConnection, createServer, type Server, type Socket } from 'node:net'
import type { BrowserContext, CDPSession } from '@playwright/test'
import { freePort } from './program.ts'

/** A line to a node, which can be cut. */
export class Line {
  readonly url: string
  readonly #port: number
  readonly #target: URL
  readonly #open = new Set<Socket>()
  #server: Server | undefined

  private constructor(port: number, target: string) {
    this.#port = port
    this.#target = new URL(target)
    this.url = `http://127.0.0.1:${port}`
  }

  static async to(target: string): Promise<Line> {
    const line = new Line(await freePort(), target)
    await line.mend()
    return line
  }

  /** Nothing passes, and what was passing ends. */
  async cut(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    const closed = new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)))
    for (const socket of this.#open) socket.destroy()
    await closed
  }

  /** Nobody is told that anything ended, and nothing passes any more. New connections are refused. */
  hush(): void {
    this.#server?.close()
    this.#server = undefined
    for (const socket of this.#open) socket.unpipe().pause()
  }

  /** `port`: where it leads from now on; to its node when there is none. */
  async mend(port = Number(this.#target.port)): Promise<void> {
    const server = createServer({ noDelay: true }, (near) => {
      const far = createConnection({
        port,
        host: this.#target.hostname,
        noDelay: true,
      })
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#open.add(socket)
        socket.on('error', () => other.destroy())
        socket.on('close', () => {
          this.#open.delete(socket)
          other.destroy()
        })
        socket.pipe(other)
      }
    })
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve))
    this.#server = server
  }
}

/**
 * A browser profile's line to its shop. The browser's own emulation of a dead network is not used: with a socket open it keeps a
 * whole processor busy.
 */
export class BrowserLine {
  readonly #line: Line
  readonly #context: BrowserContext
  #sessions: readonly CDPSession[] = []

  constructor(line: Line, context: BrowserContext) {
    this.#line = line
    this.#context = context
  }

  /** The cable is pulled, and the browser is told so. Silent: what is open stays open, and nothing passes. */
  async cut({ isSilent = false }: { readonly isSilent?: boolean } = {}): Promise<void> {
    if (isSilent) this.#line.hush()
    else await this.#line.cut()
    this.#sessions = await Promise.all(this.#context.pages().map((page) => this.#context.newCDPSession(page)))
    await this.#tell(true)
  }

  /** It leads to somebody else on this machine. The browser is not told. */
  async divert(port: number): Promise<void> {
    await this.#line.cut()
    await this.#line.mend(port)
  }

  async mend(): Promise<void> {
    await this.#line.cut() // Of a silent line the ends lie about.
    await this.#line.mend()
    await this.#tell(false)
    for (const session of this.#sessions) await session.detach()
    this.#sessions = []
  }

  remove(): Promise<void> {
    return this.#line.cut()
  }

  async #tell(offline: boolean): Promise<void> {
    const state = { offline, latency: 0, downloadThroughput: -1, uploadThroughput: -1 }
    for (const session of this.#sessions) await session.send('Network.overrideNetworkState', state)
  }
}
