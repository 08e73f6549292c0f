import Echo from 'laravel-echo'
import Pusher, { type Options } from 'pusher-js'
import { Node } from '../node.ts'
import { type App, app } from './app.ts'
import type { Backend, Visitor } from './backend.ts'

/** A node that serves the app of the signature vectors and whatever else these lines set. */
export function startRealtime(env: readonly string[] = []): Promise<Node> {
  return Node.startEmpty([
    `PUSHER_APP_ID=${app.id}`,
    `PUSHER_APP_KEY=${app.key}`,
    `PUSHER_APP_SECRET=${app.secret}`,
    ...env,
  ])
}

/** The lines that set up a further app: `Enabled`, `Limits__MaxConnections` and so on. */
export function appLines(
  at: number,
  { id, key, secret }: App,
  settings: Readonly<Record<string, string>> = {},
): string[] {
  const all = { Id: id, Key: key, Secret: secret, ...settings }
  return Object.entries(all).map(([name, value]) => `Branchline__Apps__${at}__${name}=${value}`)
}

const clients = new Set<{ disconnect(): void }>()

/** The official client, against a node and with a backend of its own. */
export function pusher(url: string, options: Partial<Options> = {}, by = app): Pusher {
  const client = new Pusher(by.key, { ...address(url), ...options })
  clients.add(client)
  return client
}

export function echo(url: string, options: object = {}): Echo<'pusher'> {
  const client = new Echo({ broadcaster: 'pusher', Pusher, key: app.key, ...address(url), ...options })
  clients.add(client)
  return client
}

/** The options by which a client lets its backend say who it is. */
export function as(backend: Backend, visitor: Visitor): Partial<Options> {
  const headers = { 'X-Visitor': JSON.stringify(visitor) }
  return {
    channelAuthorization: { endpoint: backend.url('/pusher/auth'), transport: 'ajax', headers },
    userAuthentication: { endpoint: backend.url('/pusher/user-auth'), transport: 'ajax', headers },
  }
}

/** Ends what the tests of a file left connected. */
export function disconnectAll(): void {
  for (const client of clients) client.disconnect()
  clients.clear()
}

function address(url: string) {
  const { hostname, port } = new URL(url)
  return {
    cluster: 'mt1',
    wsHost: hostname,
    wsPort: Number(port),
    forceTLS: false,
    enabledTransports: ['ws'],
  } satisfies Options
}
