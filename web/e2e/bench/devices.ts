import WebSocket from 'ws'
import { password } from '../support/shop.ts'

/** Other devices of the branch: each holds a socket and follows, as a till does that nobody touches. */
export class OtherDevices {
  readonly #sockets: WebSocket[] = []
  /** Pages that they were sent, all together. */
  heard = 0

  static async connect(url: string, count: number): Promise<OtherDevices> {
    const others = new OtherDevices()
    const { token } = (await ask(url, '/api/login', { email: 'manager@demo.shop', password })) as {
      token: string
    }
    const cursors = await cursorsOf(url, token)
    for (let n = 0; n < count; n++) await others.#add(url, token, cursors, n)
    return others
  }

  async #add(url: string, token: string, cursors: unknown, n: number): Promise<void> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/sync/live?token=${encodeURIComponent(token)}`)
    this.#sockets.push(socket)
    await new Promise<void>((resolve, reject) => {
      socket.on('error', reject)
      socket.on('open', () =>
        socket.send(JSON.stringify({ type: 'hello', device: `bench-other-${n}`, cursors })),
      )
      socket.on('message', (data) => {
        const text = data.toString()
        if (text.includes('"welcome"')) resolve()
        else if (text.includes('"page"')) this.heard += 1
      })
    })
  }

  close(): void {
    for (const socket of this.#sockets) socket.terminate()
  }
}

/** Where each scope that the person holds stands, without reading its rows. */
async function cursorsOf(url: string, token: string): Promise<Record<string, string>> {
  const standing = (await ask(
    url,
    '/sync/pull',
    { device: 'bench-other', cursors: {}, limit: 1 },
    token,
  )) as {
    scopes: string[]
  }
  const cursors: Record<string, string> = {}
  for (const scope of standing.scopes) {
    const address = `/sync/snapshot?scope=${encodeURIComponent(scope)}&limit=1`
    cursors[scope] = ((await ask(url, address, undefined, token)) as { cursor: string }).cursor
  }
  return cursors
}

async function ask(url: string, address: string, body?: unknown, token = ''): Promise<unknown> {
  const response = await fetch(url + address, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`${address}: ${response.status} ${await response.text()}`)
  return response.json()
}
