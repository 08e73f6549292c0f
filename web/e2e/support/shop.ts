import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePort, Program } from './program.ts'

export const password = 'branchline-demo'

export type Mailbox = 'admin' | 'manager' | 'cashier' | 'releasing' | 'manager2' | 'cashier2'
export type Row = Readonly<Record<string, unknown>> & { readonly id: string }

/** A change as the node's feed tells it. */
export interface Change {
  readonly seq: number
  readonly table: string
  readonly id: string
  readonly kind: string
  readonly fields?: Readonly<Record<string, unknown>>
}

/** A demo shop of its own on a real node, and what the node itself says of it. */
export class Shop {
  readonly url: string
  readonly #directory = mkdtempSync(path.join(tmpdir(), 'branchline-e2e-'))
  readonly #tokens = new Map<Mailbox, string>()
  readonly #settings: readonly string[]
  #program: Program | undefined

  private constructor(port: number, settings: readonly string[]) {
    this.url = `http://127.0.0.1:${port}`
    this.#settings = settings
  }

  static async open(settings: readonly string[] = []): Promise<Shop> {
    const shop = new Shop(await freePort(), settings)
    const seed = process.env.BRANCHLINE_SEED
    if (!seed) throw new Error('The demo shop was not made')
    cpSync(seed, path.join(shop.#directory, 'data'), { recursive: true })
    await shop.start()
    return shop
  }

  /** Starts the node, also once more at the same address after `stop`. */
  async start(): Promise<void> {
    const data = path.join(this.#directory, 'data')
    const set = this.#settings.flatMap((setting) => ['--set', setting])
    const args = ['up', '--demo', '--data', data, '--urls', this.url, ...set]
    this.#program = await Program.start(args, 'Sign in with', this.#directory)
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    await this.#program?.end(signal)
    this.#program = undefined
  }

  async close(): Promise<void> {
    await this.stop('SIGKILL')
    rmSync(this.#directory, { recursive: true, force: true })
  }

  /** The rows the node answers, asked as this person. */
  async rows(table: string, query = '', as: Mailbox = 'manager'): Promise<Row[]> {
    return (await this.#call('GET', `/api/${table}?${query}`, as)) as Row[]
  }

  async create(table: string, row: Record<string, unknown>, as: Mailbox = 'manager'): Promise<Row> {
    return (await this.#call('POST', `/api/${table}`, as, row)) as Row
  }

  async update(
    table: string,
    id: string,
    fields: Record<string, unknown>,
    as: Mailbox = 'manager',
  ): Promise<void> {
    await this.#call('PUT', `/api/${table}/${id}`, as, fields)
  }

  async remove(table: string, id: string, as: Mailbox = 'manager'): Promise<void> {
    await this.#call('DELETE', `/api/${table}/${id}`, as)
  }

  /** A one-use token for a branch. */
  async invite(name: string): Promise<string> {
    return ((await this.#call('POST', '/api/branches/links', 'admin', { name })) as { token: string }).token
  }

  /** One write of a device that checks nothing before it sends. */
  async push(as: Mailbox, write: Record<string, unknown>): Promise<void> {
    const device = 'e2e-careless'
    const time = Date.now().toString(16).padStart(12, '0')
    const id = `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-00000000e2e0`
    const mutation = { device, n: 1, id, at: `${time}0000-${device}`, base: null, writes: [write] }
    await this.#call('POST', '/sync/push', as, { incarnation: null, mutations: [mutation] })
  }

  /** How many of a product the node counts in the branch of this person. */
  async onHand(productId: string, as: Mailbox = 'manager'): Promise<number> {
    const [shelf] = await this.rows('inventories', `product_id=${productId}`, as)
    return Number(shelf?.quantity)
  }

  /** Makes it so that the shelf holds exactly this many. */
  async count(shelf: Row, quantity: number): Promise<void> {
    const { product_id, branch_id } = shelf
    await this.create('inventory_adjustments', { product_id, branch_id, kind: 'count', quantity })
  }

  /** Answers, when called, with everything the branch's feed has told since, in the order of its commits. */
  async feed(branchId: unknown): Promise<() => Promise<readonly Change[]>> {
    const scope = `branch:${branchId}`
    const snapshot = (await this.#call('GET', `/sync/snapshot?scope=${scope}&limit=1`, 'manager')) as {
      cursor: string
    }
    return async () => {
      const asked = { device: 'e2e-reader', cursors: { [scope]: snapshot.cursor }, limit: 10_000 }
      const reply = await this.#call('POST', '/sync/pull', 'manager', asked)
      const { pages } = reply as { pages: { scope: string; changes?: Change[] }[] }
      return pages.filter((page) => page.scope === scope).flatMap((page) => page.changes ?? [])
    }
  }

  async #call(method: string, address: string, as: Mailbox, body?: unknown): Promise<unknown> {
    const token = this.#tokens.get(as) ?? (await this.#signIn(as))
    const response = await fetch(this.url + address, {
      method,
      headers: {
        Authorization: `Bearer ${token}`,
        'Cache-Control': 'no-cache',
        ...(body ? { 'Content-Type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    if (!response.ok) throw new Error(`${method} ${address}: ${response.status} ${await response.text()}`)
    return response.json()
  }

  async #signIn(as: Mailbox): Promise<string> {
    const response = await fetch(`${this.url}/api/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ email: `${as}@demo.shop`, password }),
    })
    const { token } = (await response.json()) as { token: string }
    this.#tokens.set(as, token)
    return token
  }
}
