import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'vitest'
import { bodyOf } from './backend.ts'

export type WebhookEvent = Readonly<Record<string, unknown>> & { readonly name: string }

export interface Delivery {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly rawBody: string
  readonly events: readonly WebhookEvent[]
  /** What it was answered with. */
  readonly status: number
}

/** The endpoint of an application that is told by webhooks. */
export class WebhookReceiver {
  readonly deliveries: Delivery[] = []
  /** How many deliveries are answered with 500 before one is accepted, by path. */
  readonly refusals = new Map<string, number>()
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
    server.on('request', async (request, response) => {
      const rawBody = await bodyOf(request)
      const path = request.url ?? ''
      const left = this.refusals.get(path) ?? 0
      this.refusals.set(path, left - 1)
      const status = left > 0 ? 500 : 204
      const { events } = JSON.parse(rawBody) as { events: WebhookEvent[] }
      this.deliveries.push({ path, headers: request.headers, rawBody, events, status })
      response.writeHead(status).end()
    })
  }

  static async start(): Promise<WebhookReceiver> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return new WebhookReceiver(server)
  }

  url(path: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${path}`
  }

  /** What was accepted at a path about one channel, in order. */
  events(path: string, channel: string): WebhookEvent[] {
    const accepted = this.deliveries.filter((one) => one.path === path && one.status < 300)
    return accepted.flatMap((one) => one.events).filter((event) => event.channel === channel)
  }

  /** Waits until these names were told about a channel, in this order. */
  async expect(path: string, channel: string, names: readonly string[]): Promise<void> {
    await expect
      .poll(() => this.events(path, channel).map((event) => event.name), { timeout: 30_000, interval: 50 })
      .toEqual(names)
  }

  stop(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }
}
