import { createHash, createHmac } from 'node:crypto'
import Pusher from 'pusher'
import { golden } from './golden.ts'

export type Query = Readonly<Record<string, string>>

/** Where a request goes and how it differs from one that is right. */
export interface Ask {
  readonly body?: string
  readonly query?: Query
  /** Changes the query once it is signed. */
  readonly tamper?: (query: Record<string, string>) => Record<string, string>
  /** The path that is signed, when it is not the one asked. */
  readonly signedPath?: string
  readonly headers?: Query
}

/** An app's credentials and what is signed with them; written anew here, so that it can be written wrong. */
export class App {
  readonly id: string
  readonly key: string
  readonly secret: string

  constructor(id: string, key: string, secret: string) {
    this.id = id
    this.key = key
    this.secret = secret
  }

  sign(text: string): string {
    return createHmac('sha256', this.secret).update(text).digest('hex')
  }

  /** For a private channel, or with a member's data for a presence channel. */
  channelAuth(socketId: string, channel: string, channelData?: string): string {
    const member = channelData === undefined ? '' : `:${channelData}`
    return `${this.key}:${this.sign(`${socketId}:${channel}${member}`)}`
  }

  userAuth(socketId: string, userData: string): string {
    return `${this.key}:${this.sign(`${socketId}::user::${userData}`)}`
  }

  /** The official library for backends. */
  library(url: string, options: Partial<Pusher.BaseOptions> = {}): Pusher {
    const { hostname, port } = new URL(url)
    const { id: appId, key, secret } = this
    return new Pusher({ appId, key, secret, host: hostname, port, useTLS: false, ...options })
  }

  /** A signed request to the HTTP API; `path` begins after the app's id. */
  ask(url: string, method: string, path: string, ask: Ask = {}): Promise<Response> {
    const full = `/apps/${this.id}${path}`
    const query = (ask.tamper ?? ((same) => same))(this.#signed(method, ask.signedPath ?? full, ask))
    const text = Object.entries(query).map(
      ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
    )
    return fetch(`${url}${full}?${text.join('&')}`, {
      method,
      headers: { 'Content-Type': 'application/json', ...ask.headers },
      ...(ask.body === undefined ? {} : { body: ask.body }),
    })
  }

  /** Publishes; throws when it was refused. */
  async publish(url: string, event: Readonly<Record<string, unknown>>): Promise<void> {
    const response = await this.ask(url, 'POST', '/events', { body: JSON.stringify(event) })
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
  }

  #signed(method: string, path: string, { body, query }: Ask): Record<string, string> {
    const all: Record<string, string> = {
      auth_key: this.key,
      auth_timestamp: String(Math.floor(Date.now() / 1000)),
      auth_version: '1.0',
      ...(body === undefined ? {} : { body_md5: createHash('md5').update(body).digest('hex') }),
      ...query,
    }
    const lower = Object.entries(all).map(([name, value]) => [name.toLowerCase(), value] as const)
    const sorted = lower.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}=${value}`)
    return { ...all, auth_signature: this.sign(`${method}\n${path}\n${sorted.join('&')}`) }
  }
}

const vectors = JSON.parse(golden('signatures')) as { key: string; secret: string }

/** The app of the signature vectors: what they sign is good on a node that serves it. */
export const app = new App('3', vectors.key, vectors.secret)

/** Further apps of the same node, each with one thing about it. */
export const quiet = new App('quiet', 'quiet-key', 'quiet-secret')
