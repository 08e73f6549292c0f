import type { AddressInfo } from 'node:net'
import { connect, createServer, type Server, type Socket } from 'node:net'

/** Stands between clients and a node and cuts connections after so many bytes of what the node says, wherever that is. */
export class Cutter {
  readonly #server: Server
  readonly #open = new Set<Socket>()
  #waiting: (() => void)[] | undefined
  cuts = 0

  private constructor(target: number, nextCut: () => number) {
    this.#server = createServer(async (client) => {
      client.on('error', () => undefined)
      await new Promise<void>((resolve) => (this.#waiting ? this.#waiting.push(resolve) : resolve()))
      const node = connect(target, '127.0.0.1')
      this.#open.add(client).add(node)
      let left = nextCut()
      const end = () => {
        client.destroy()
        node.destroy()
        this.#open.delete(client)
        this.#open.delete(node)
      }
      for (const side of [client, node]) side.on('error', end).on('close', end)
      client.on('data', (bytes) => node.write(bytes))
      node.on('data', (bytes) => {
        if (bytes.length < left) {
          left -= bytes.length
          client.write(bytes)
          return
        }
        this.cuts++
        node.destroy()
        client.write(bytes.subarray(0, left), end)
      })
    })
  }

  /** `nextCut` says after how many bytes the next connection is cut. */
  static async start(url: string, nextCut: () => number): Promise<Cutter> {
    const cutter = new Cutter(Number(new URL(url).port), nextCut)
    await new Promise<void>((resolve) => cutter.#server.listen(0, '127.0.0.1', resolve))
    return cutter
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Cuts every connection at once. */
  cut(): void {
    for (const socket of this.#open) socket.destroy()
  }

  /** Cuts every connection, does something, and lets nobody through before that is done. */
  async away(something: () => Promise<void>): Promise<void> {
    this.#waiting = []
    this.cut()
    await something()
    const waiting = this.#waiting
    this.#waiting = undefined
    for (const go of waiting) go()
  }

  stop(): void {
    this.#server.close()
    this.cut()
  }
}
