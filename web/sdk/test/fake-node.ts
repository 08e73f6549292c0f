import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket as PeerSocket, WebSocketServer } from 'ws'
import { seqOf } from '../src/protocol/cursor.ts'
import type {
  CompareRequest,
  Mutation,
  MutationOutcome,
  PullRequest,
  PushRequest,
} from '../src/protocol/messages.ts'
import type { Fields } from '../src/protocol/values.ts'
import { compare, type KnownDevice, type LogEntry, partOf, type Row } from './fake-log.ts'
import { shopSchema } from './shop-schema.ts'

type Answer = { readonly status: number; readonly body: unknown }
type Live = { readonly socket: PeerSocket; isGreeted: boolean }

export const branch = '0193f0a1-0000-7000-8000-000000000b01'
const stamp = '0193f0a1b2c30000-node'

/** A scripted node: speaks the sync protocol over real HTTP and WebSocket, and misbehaves when told to. */
export class FakeNode {
  /** Every push that was taken in, in order. */
  readonly pushes: PushRequest[] = []
  readonly pulls: PullRequest[] = []
  readonly hellos: { device: string; cursors: Record<string, string | null> }[] = []
  readonly applied: Mutation[] = []
  snapshotChunks = 0
  scopes = ['everyone', `branch:${branch}`]
  epoch = 'e1'
  chunkSize = 5000
  user = { id: 'u1', name: 'Ana', email: 'ana@shop', role: 'cashier' }
  /** Off: the socket is refused as a proxy would. */
  takesSockets = true
  isSignedIn = true
  /** Answers no ping and no push any more, but keeps the line open. */
  isSilent = false
  /** Loses this many answers to pushes after applying them. */
  answersToLose = 0
  /** Refuses this many pushes as a whole. */
  refusals: { status: number; code: string; isTransient: boolean; expected?: number }[] = []
  /** Decides a mutation's fate; undefined applies it. */
  judge: (mutation: Mutation) => { code: string; reason: string } | undefined = () => undefined
  /** Fields of a mutation, as `table.field`, that keep a newer value. */
  keeps: (mutation: Mutation) => readonly string[] = () => []
  /** Makes every so many-th live page go missing. */
  pagesToLose = 0
  /** Answers no pull. */
  isPullDown = false
  /** Cuts a snapshot off before this chunk. */
  failChunk = -1
  /** Scopes whose next cursor, and only that, is too old. */
  readonly expired = new Set<string>()
  readonly #tooOld = new Map<string, string>()
  /** Head office's word, as a branch tells it; undefined: the node has the last word itself. */
  lastWord: object | undefined
  /** What was compared, in order. */
  readonly compared: CompareRequest[] = []
  port = 0
  readonly #devices = new Map<string, KnownDevice>()
  readonly #ids = new Map<string, number>()
  readonly #rows = new Map<string, Row>()
  readonly #live = new Set<Live>()
  #log: LogEntry[] = []
  #seq = 0
  #sent = 0
  #http: Server | null = null

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  get openSockets(): number {
    return this.#live.size
  }

  async start(): Promise<this> {
    const http = createServer((request, response) => void this.#answer(request, response))
    const sockets = new WebSocketServer({ noServer: true })
    http.on('upgrade', (request, socket, head) => {
      if (!this.takesSockets || !this.isSignedIn) return socket.destroy()
      sockets.handleUpgrade(request, socket, head, (peer) => this.#greet(peer))
    })
    await new Promise<void>((resolve) => http.listen(this.port, '127.0.0.1', resolve))
    this.port = (http.address() as AddressInfo).port
    this.#http = http
    return this
  }

  /** Goes away like a killed process; `start` brings it back on the same port with everything it had. */
  async stop(): Promise<void> {
    this.cut()
    this.#http?.closeAllConnections()
    await new Promise((resolve) => this.#http?.close(resolve))
  }

  /** Breaks every live socket. */
  cut(code?: number): void {
    for (const { socket } of this.#live) code === undefined ? socket.terminate() : socket.close(code)
    this.#live.clear()
  }

  /** Head office has judged up to this number of the device. */
  tellWord(n: number, heard: string): void {
    this.lastWord = { n, refused: [], heard }
    for (const live of this.#live) this.#send(live, { type: 'last_word', ...this.lastWord })
  }

  /** Writes a row as somebody else. */
  put(table: string, id: string, fields: Fields, scope = 'everyone'): void {
    this.#write(table, id, fields, scope, 'other', 1)
    this.#publish()
  }

  remove(table: string, id: string): void {
    const row = this.#rows.get(`${table}/${id}`)
    if (row === undefined) return
    this.#rows.delete(`${table}/${id}`)
    this.#append({ scope: row.scope, table, id, kind: 'delete', fields: {}, device: 'other', n: 1 })
    this.#publish()
  }

  /** Moves a row to another scope: it leaves the one and enters the other. */
  move(table: string, id: string, scope: string): void {
    const row = this.#rows.get(`${table}/${id}`)
    if (row === undefined) return
    this.#append({ scope: row.scope, table, id, kind: 'leave', fields: {}, device: 'other', n: 1 })
    row.scope = scope
    this.#append({ scope, table, id, kind: 'enter', fields: row.fields, device: 'other', n: 1 })
    this.#publish()
  }

  /** Starts another life of the log, as after a restore; then it knows of one device's numbers, or of none. */
  restartLog(known?: { readonly device: string; readonly n: number }): void {
    this.epoch = `${this.epoch}x`
    this.#log = []
    this.#seq = 0
    this.#sent = 0
    this.#devices.clear()
    if (known !== undefined)
      this.#devices.set(known.device, { n: known.n, incarnation: 'a copy', outcomes: new Map() })
  }

  field(table: string, id: string, field: string): unknown {
    return this.#rows.get(`${table}/${id}`)?.fields[field]
  }

  count(table: string): number {
    return [...this.#rows.keys()].filter((key) => key.startsWith(`${table}/`)).length
  }

  #greet(socket: PeerSocket): void {
    const live: Live = { socket, isGreeted: false }
    this.#live.add(live)
    socket.on('close', () => this.#live.delete(live))
    socket.on('message', (data) => {
      if (this.isSilent) return
      const frame = JSON.parse(String(data)) as { type: string; id: number } & PushRequest & PullRequest
      switch (frame.type) {
        case 'hello':
          this.hellos.push(frame)
          this.#send(live, { type: 'welcome', ...this.#standing(frame.device) })
          for (const [scope, cursor] of Object.entries(frame.cursors)) {
            this.#send(live, { type: 'page', ...this.#page(scope, cursor, Number.POSITIVE_INFINITY) })
          }
          live.isGreeted = true
          return
        case 'ping':
          this.#send(live, { type: 'pong', time: now() })
          return
        case 'push': {
          const { status, body } = this.#push(frame)
          this.#publish()
          if (this.answersToLose > 0) {
            this.answersToLose -= 1
            socket.terminate()
            return
          }
          if (status === 200) this.#send(live, { type: 'pushed', id: frame.id, ...(body as object) })
          else this.#send(live, { type: 'refused', id: frame.id, ...(body as object) })
        }
      }
    })
  }

  #send(live: Live, frame: object): void {
    live.socket.send(JSON.stringify(frame))
  }

  /** Sends what was appended since the last time to every greeted socket, one page per scope. */
  #publish(): void {
    const from = this.#sent
    this.#sent = this.#seq
    for (const scope of this.scopes) {
      const changes = this.#log.filter((entry) => entry.scope === scope && entry.seq > from)
      if (changes.length === 0) continue
      if (this.pagesToLose > 0) {
        this.pagesToLose -= 1
        continue
      }
      const page = {
        type: 'page',
        scope,
        from: this.#cursor(from),
        to: this.#cursor(this.#seq),
        more: false,
        changes,
      }
      for (const live of this.#live) if (live.isGreeted) this.#send(live, page)
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = ''
    for await (const part of request) text += part
    const url = new URL(request.url ?? '/', this.url)
    const body: unknown = text === '' ? null : JSON.parse(text)
    const { status, body: answer } = this.#route(url, body)
    if (this.isSilent) return
    if (url.pathname === '/sync/push' && this.answersToLose > 0) {
      this.answersToLose -= 1
      response.destroy()
      return
    }
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer))
  }

  #route(url: URL, body: unknown): Answer {
    if (url.pathname === '/api/login') {
      this.isSignedIn = true
      return { status: 200, body: { token: 't', user: this.user } }
    }
    if (!this.isSignedIn) return { status: 401, body: { code: 'not_signed_in', detail: 'Sign in' } }
    switch (url.pathname) {
      case '/api/me':
        return { status: 200, body: { user: this.user, branches: [{ id: branch }], scopes: this.scopes } }
      case '/api/logout':
        this.isSignedIn = false
        return { status: 200, body: {} }
      case '/sync/schema':
        return { status: 200, body: shopSchema }
      case '/sync/push': {
        const answer = this.#push(body as PushRequest)
        this.#publish()
        return answer
      }
      case '/sync/pull':
        return this.isPullDown
          ? { status: 503, body: { code: 'store_unavailable', isTransient: true } }
          : this.#pull(body as PullRequest)
      case '/sync/compare':
        this.compared.push(body as CompareRequest)
        return { status: 200, body: compare(this.#rows, body as CompareRequest, this.#cursor(this.#seq)) }
      case '/sync/snapshot':
        return this.#snapshot(url.searchParams.get('scope') ?? '', Number(url.searchParams.get('after') ?? 0))
      default:
        return { status: 404, body: { code: 'not_found' } }
    }
  }

  #push(request: PushRequest): Answer {
    const refusal = this.refusals.shift()
    if (refusal !== undefined) return { status: refusal.status, body: { message: 'No', ...refusal } }
    const [first] = request.mutations
    const device = this.#device(first?.device ?? '')
    if (
      device.incarnation !== null &&
      request.incarnation !== device.incarnation &&
      (first?.n ?? 0) > device.n
    ) {
      return {
        status: 409,
        body: { status: 409, code: 'device_cloned', message: 'Another', isTransient: false },
      }
    }
    if ((first?.n ?? 0) > device.n + 1) {
      const body = {
        status: 409,
        code: 'number_gap',
        message: 'Gap',
        isTransient: false,
        expected: device.n + 1,
      }
      return { status: 409, body }
    }
    this.pushes.push({ incarnation: request.incarnation, mutations: request.mutations })
    const outcomes = request.mutations.map((mutation) => this.#apply(mutation, device))
    device.incarnation = `i${Math.random()}`
    return {
      status: 200,
      body: { incarnation: device.incarnation, epoch: this.epoch, outcomes, time: now() },
    }
  }

  #apply(mutation: Mutation, device: KnownDevice): MutationOutcome {
    const { n, id } = mutation
    const known = device.outcomes.get(n)
    if (known !== undefined) return known
    const seq = this.#ids.get(id)
    const verdict = this.judge(mutation)
    let outcome: MutationOutcome
    if (seq !== undefined) outcome = { kind: 'already_applied', seq, n, id }
    else if (verdict !== undefined) outcome = { kind: 'rejected', ...verdict, n, id }
    else {
      this.applied.push(mutation)
      for (const write of mutation.writes) this.#applyWrite(write, mutation)
      this.#ids.set(id, this.#seq)
      const keptFields = this.keeps(mutation)
      outcome =
        keptFields.length > 0
          ? { kind: 'merged', seq: this.#seq, keptFields, n, id }
          : { kind: 'applied', seq: this.#seq, n, id }
    }
    device.n = n
    device.outcomes.set(n, outcome)
    return outcome
  }

  #applyWrite(write: Mutation['writes'][number], { device, n }: Mutation): void {
    const { table, id, fields } = write
    if (write.kind === 'delete') {
      this.#rows.delete(`${table}/${id}`)
      this.#append({ scope: 'everyone', table, id, kind: 'delete', fields: {}, device, n })
      return
    }
    const branchId = shopSchema.tables[table]?.scope?.kind === 'branch' ? fields.branch_id : undefined
    const scope = this.#rows.get(`${table}/${id}`)?.scope ?? (branchId ? `branch:${branchId}` : 'everyone')
    this.#write(table, id, fields, scope, device, n)
    if (table !== 'inventory_adjustments') return
    for (const [key, row] of this.#rows) {
      if (!key.startsWith('inventories/') || row.fields.product_id !== fields.product_id) continue
      const quantity = Number(row.fields.quantity ?? 0) + Number(fields.quantity)
      this.#write('inventories', key.slice('inventories/'.length), { quantity }, row.scope, device, n)
    }
  }

  #write(table: string, id: string, fields: Fields, scope: string, device: string, n: number): void {
    const row = this.#rows.get(`${table}/${id}`)
    const whole = { ...row?.fields, ...fields }
    this.#rows.set(`${table}/${id}`, { scope, fields: whole })
    this.#append({ scope, table, id, kind: row === undefined ? 'enter' : 'set', fields, device, n })
  }

  #append(entry: Omit<LogEntry, 'seq' | 'at'>): void {
    this.#log.push({ ...entry, seq: ++this.#seq, at: stamp })
  }

  #pull(request: PullRequest): Answer {
    this.pulls.push(request)
    const pages = Object.entries(request.cursors).map(([scope, cursor]) =>
      this.#page(scope, cursor, request.limit),
    )
    return { status: 200, body: { ...this.#standing(request.device), pages } }
  }

  #page(scope: string, cursor: string | null, limit: number): object {
    if (!this.scopes.includes(scope)) return { scope, revoked: true }
    if (cursor === null) return { scope, reset: 'new' }
    if (this.expired.delete(scope)) this.#tooOld.set(scope, cursor)
    if (this.#tooOld.get(scope) === cursor) return { scope, reset: 'expired' }
    if (!cursor.startsWith(`${this.epoch}.`)) return { scope, reset: 'epoch_changed' }
    const missed = this.#log.filter((entry) => entry.scope === scope && entry.seq > seqOf(cursor))
    const changes = missed.slice(0, limit)
    const more = missed.length > changes.length
    const to = more ? (changes.at(-1)?.seq ?? this.#seq) : this.#seq
    return { scope, from: cursor, to: this.#cursor(to), more, changes }
  }

  #snapshot(scope: string, after: number): Answer {
    if (this.snapshotChunks === this.failChunk) {
      this.failChunk = -1
      return { status: 503, body: { code: 'store_unavailable' } }
    }
    this.snapshotChunks += 1
    const rows = [...this.#rows].filter(([, row]) => row.scope === scope)
    const parts = rows.slice(after, after + this.chunkSize).map(([key, row]) => partOf(key, row))
    const next = after + this.chunkSize < rows.length ? String(after + this.chunkSize) : null
    return { status: 200, body: { scope, cursor: this.#cursor(this.#seq), parts, next } }
  }

  #standing(device: string): object {
    const { scopes, epoch } = this
    const { n } = this.#device(device)
    return { scopes, epoch, schema: shopSchema.hash, lastN: n, time: now(), lastWord: this.lastWord }
  }

  #device(id: string): KnownDevice {
    const known = this.#devices.get(id) ?? { n: 0, incarnation: null, outcomes: new Map() }
    this.#devices.set(id, known)
    return known
  }

  #cursor(seq: number): string {
    return `${this.epoch}.${seq}`
  }
}

const now = () => new Date().toISOString()
