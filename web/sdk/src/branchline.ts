import type {
  BranchlineOptions,
  Connection,
  DeviceStorage,
  MutateOptions,
  Mutation,
  Outbox,
  Query,
  Row,
  Session,
  SessionState,
  SignInResult,
  Unsubscribe,
  WriteDraft,
} from './api.ts'
import { checkMutation } from './checks/check-mutation.ts'
import { Clock } from './clock.ts'
import { getOrAdd } from './get-or-add.ts'
import { uuidv7 } from './ids.ts'
import { ConnectionMonitor } from './live/connection-monitor.ts'
import { type Method, Node, type Reply } from './live/node.ts'
import { backoff, Pause } from './live/wait.ts'
import { OutboxView } from './outbox/outbox-view.ts'
import { withReceipts } from './outbox/receipts.ts'
import { Presence } from './presence/presence.ts'
import { SharedPresence } from './presence/shared-presence.ts'
import type { CompiledSchema } from './protocol/schema.ts'
import { SessionKeeper } from './session-keeper.ts'
import { SignedIn } from './signed-in.ts'
import { type DeviceDatabase, openDeviceDatabase } from './store/databases.ts'
import { Reserve } from './store/reserve.ts'
import { StorageMonitor } from './store/storage-monitor.ts'
import type { Draft, FoundRows, Joins, NoJoins, QueryOf, RowOf, TableName } from './typed.ts'
import { warn } from './warn.ts'

const noRows: readonly Row[] = Object.freeze([])
const unchecked = Object.freeze({ mismatches: 0, repaired: 0 })
const neverAborted = new AbortController().signal

/**
 * The device end in a browser: rows to read at once, mutations that survive everything, and a node that is kept in step
 * while it can be reached.
 */
export class Branchline {
  readonly #name: string
  readonly #node: Node
  readonly #clock = new Clock()
  readonly #session = new SessionKeeper()
  readonly #connection = new ConnectionMonitor()
  readonly #storage = new StorageMonitor()
  readonly #outbox: OutboxView
  readonly #presence: SharedPresence
  readonly #watchers = new Map<string, Set<() => void>>()
  readonly #firstContact = new Pause()
  #db: DeviceDatabase | null = null
  #open: SignedIn | null = null
  #stopping = new AbortController()
  #changing: Promise<void> = Promise.resolve()
  /** Tabs of the profile tell each other when somebody signed in or out. */
  #profile: BroadcastChannel | null = null

  constructor(options: BranchlineOptions) {
    this.#name = options.name ?? 'branchline'
    this.#node = new Node(options.url ?? '', options.token ?? null)
    this.#presence = new SharedPresence(new Presence(this.#node))
    this.#outbox = new OutboxView({
      dismiss: (id) => this.#present().dismiss(id),
      resend: (rejected, writes) => this.#save(writes, {}, rejected.id),
      handOver: (rejected, note) => this.#present().handOver(rejected, note),
      exportJournal: () => this.#present().exportJournal(),
      importJournal: (journal) => this.#present().importJournal(journal),
    })
  }

  get session(): Session {
    return this.#session
  }

  /** What the browser promises of this device's disk. */
  get storage(): DeviceStorage {
    return this.#storage
  }

  get connection(): Connection {
    return this.#connection
  }

  /** Who is there, and who looks at what. */
  get presence(): SharedPresence {
    return this.#presence
  }

  get outbox(): Outbox {
    return this.#outbox
  }

  /** What the node declares; null before it was read for the first time. */
  get schema(): CompiledSchema | null {
    return this.#open?.device.replica.schema ?? null
  }

  /** How often this device's rows were others than the node's since it was started, and how many were put right. */
  get checks(): { readonly mismatches: number; readonly repaired: number } {
    return this.#open?.device.checks ?? unchecked
  }

  /** This browser profile's id as a device of the signed-in user; empty when nobody is. */
  get deviceId(): string {
    return this.#open?.device.id ?? ''
  }

  /** True once all that the person may see has been read at least once, now or before: empty lists are then really empty. */
  get isLoaded(): boolean {
    return this.#open?.device.isLoaded ?? false
  }

  /** True once all that the person may see has been read from the node since the start: what is shown is what is. */
  get isConfirmed(): boolean {
    return this.#open?.device.replica.isConfirmed ?? false
  }

  /** Opens what this browser keeps and shows it; then connects in the background. Works with no network. */
  async start(): Promise<void> {
    this.#stopping = new AbortController()
    this.#db = await openDeviceDatabase(this.#name)
    this.#db.onOutdated(() => this.#storage.set({ isOutdated: true }))
    void this.#storage.look().then(() => this.#holdReserve())
    this.#listenToTabs()
    await this.#session.load(this.#db)
    const session = this.#session.current
    if (session !== null) await this.#openDevice(session)
    addBrowserListeners(this.#stopping.signal, {
      nudge: () => this.#nudge(),
      restored: () => void this.#open?.device.reload(),
    })
    void this.#greet(this.#stopping.signal)
  }

  /** Ends the connection and closes the databases. What waits, waits on disk. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#profile?.close()
    await this.#closeDevice()
    this.#db?.close()
    this.#db = null
  }

  async signIn(email: string, password: string): Promise<SignInResult> {
    const reply = await this.#node.signIn(email, password, this.#stopping.signal)
    if (reply.kind === 'unreachable') return reply
    if (reply.kind === 'refused') {
      return { kind: 'refused', code: reply.refusal.code, message: reply.refusal.message }
    }
    const me = await this.#node.me(this.#stopping.signal)
    if (me.kind === 'unreachable') return me
    if (me.kind === 'refused') return { kind: 'refused', code: me.refusal.code, message: me.refusal.message }
    await this.#adopt(me.value)
    this.#profile?.postMessage('session')
    this.#nudge()
    return { kind: 'signed_in' }
  }

  /** Unsent mutations stay on this device and go off when the same person signs in again. */
  async signOut(): Promise<void> {
    await this.#inTurn(async () => {
      await this.#closeDevice()
      if (this.#db !== null) await this.#session.leave(this.#db)
    })
    this.#profile?.postMessage('session')
    this.#connection.set({ kind: 'sign_in_needed' })
    if (!(await this.#endSession())) void this.#greet(this.#stopping.signal)
  }

  /**
   * Asks the node for something that is no row: people, first steps. Needs the node at hand; the session's cookie or token
   * and the antiforgery header go with it.
   */
  ask(method: Method, path: string, body?: unknown): Promise<Reply<unknown>> {
    return this.#node.ask(method, path, body, this.#stopping.signal)
  }

  /** The time, by the node's clock as far as this device knows it: its own may be years off. */
  now(): Date {
    return new Date(Math.max(this.#clock.now(), this.#clock.seen.ms))
  }

  /** A new row's id: a UUIDv7. */
  newId(): string {
    return uuidv7(this.#clock.now())
  }

  /** The rows a query names, from memory. The same array until one of them, or which they are, has changed. */
  rows<T extends TableName, const W extends Joins<T> = NoJoins>(table: T, query?: QueryOf<T, W>) {
    return (this.#open?.device.replica.rows(table, query as Query) ?? noRows) as unknown as FoundRows<T, W>
  }

  row<T extends TableName>(table: T, id: string): RowOf<T> | undefined {
    return this.#open?.device.replica.row(table, id) as RowOf<T> | undefined
  }

  /** Tells whenever rows of the table changed, whoever changed them, and when somebody signed in or out. */
  watch(table: string, listener: () => void): Unsubscribe {
    const listeners = getOrAdd(this.#watchers, table, () => {
      this.#open?.device.replica.watch(table, () => this.#tell(table))
      return new Set()
    })
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  /**
   * Saves the writes as one mutation and sends it as soon as it can be sent. Resolves when it is on disk. Throws
   * `CheckError`, saving nothing, when a declared rule refuses it: the node would too.
   */
  mutate(writes: readonly Draft[], options: MutateOptions = {}): Promise<Mutation> {
    return this.#save(writes as readonly WriteDraft[], options)
  }

  async #save(drafts: readonly WriteDraft[], options: MutateOptions, replaces?: string): Promise<Mutation> {
    const [open, role] = [this.#open, this.#session.current?.user.role]
    const schema = open?.device.replica.schema
    if (open == null || schema == null || role === undefined)
      throw new Error('Sign in first: nothing is loaded yet')
    const writes = withReceipts(drafts, (series) => `${series}-000000`)
    checkMutation(schema, role, writes, (table, id) => open.device.replica.row(table, id))
    const entry = await open.device.save({
      writes: drafts,
      base: open.device.base,
      strict:
        options.document === true || writes.some((write) => schema.tables[write.table]?.document === true),
      series: options.receiptSeries ?? {},
      documents: writes
        .filter(({ kind, table }) => kind === 'insert' && schema.tables[table]?.document === true)
        .map(({ table, id }) => `${table}/${id}`),
      ...(replaces !== undefined && { replaces }),
    })
    return entry.mutation
  }

  #present(): SignedIn {
    if (this.#open === null) throw new Error('Sign in first: nothing is loaded yet')
    return this.#open
  }

  /** Ends the session at the node; while that cannot be reached it is remembered, and done before anything else. */
  async #endSession(): Promise<boolean> {
    const reply = await this.#node.signOut(neverAborted)
    if (reply.kind === 'unreachable' || this.#db === null) return false
    await this.#session.left(this.#db)
    return true
  }

  /** Asks who is signed in until somebody answers: the cached answer may be old, or there may be none. */
  async #greet(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; failures++) {
      if (this.#session.isLeaving && !(await this.#endSession())) {
        this.#connection.set({ kind: 'sign_in_needed' })
        await this.#firstContact.wait(backoff(failures), signal)
        continue
      }
      const reply = await this.#node
        .me(signal)
        .catch((): { kind: 'unreachable' } => ({ kind: 'unreachable' }))
      if (signal.aborted) return
      if (reply.kind === 'ok') return this.#adopt(reply.value)
      const isRefused = reply.kind === 'refused' && reply.refusal.status === 401
      if (this.#open === null) {
        this.#connection.set(isRefused ? { kind: 'sign_in_needed' } : { kind: 'offline', since: new Date() })
      }
      if (isRefused) return
      await this.#firstContact.wait(backoff(failures), signal)
    }
  }

  /** Takes the node's word for who is signed in; another person gets another replica. */
  #adopt(session: SessionState): Promise<void> {
    return this.#inTurn(() => this.#become(session))
  }

  /** Who is signed in changes one after another, whichever tab says so. */
  #inTurn(change: () => Promise<void>): Promise<void> {
    const turn = this.#changing.then(change)
    this.#changing = turn.catch(() => {})
    return turn
  }

  async #become(session: SessionState): Promise<void> {
    if (this.#db === null) return
    const isOther = this.#session.current?.user.id !== session.user.id
    if (isOther) await this.#closeDevice()
    await this.#session.save(this.#db, session)
    if (this.#open === null) await this.#openDevice(session)
  }

  async #openDevice(session: SessionState): Promise<void> {
    if (this.#db === null) return
    this.#connection.set({ kind: 'connecting' })
    const around = {
      name: this.#name,
      node: this.#node,
      clock: this.#clock,
      connection: this.#connection,
      presence: this.#presence,
      storage: this.#storage,
    }
    const open = await SignedIn.open(around, this.#db, session)
    this.#open = open
    const showOutbox = () => this.#outbox.show(open.device)
    open.device.outboxChanged.add(showOutbox)
    showOutbox()
    for (const table of this.#watchers.keys()) open.device.replica.watch(table, () => this.#tell(table))
    this.#tellAll()
  }

  async #closeDevice(): Promise<void> {
    const open = this.#open
    if (open === null) return
    this.#open = null
    await open.close()
    this.#outbox.show(null)
    this.#tellAll()
  }

  /** Where the browser measures the room. */
  async #holdReserve(): Promise<void> {
    if (this.#db === null || this.#storage.state.quota === null) return
    const isHeld = await new Reserve(this.#db).hold().catch(() => true)
    if (!isHeld) this.#storage.set({ isFull: true })
  }

  #listenToTabs(): void {
    if (typeof BroadcastChannel === 'undefined') return
    this.#profile = new BroadcastChannel(this.#name)
    this.#profile.onmessage = () => {
      void this.#inTurn(() => this.#followSession()).catch((error: unknown) =>
        warn('another tab was not followed', error),
      )
    }
  }

  /** Another tab has signed somebody in or out: the session's cookie is the same for all of them. */
  async #followSession(): Promise<void> {
    if (this.#db === null) return
    const before = this.#session.current?.user.id
    await this.#session.load(this.#db)
    const session = this.#session.current
    if (session?.user.id === before && (this.#open !== null) === (session !== null)) return this.#nudge()
    await this.#closeDevice()
    if (session !== null) await this.#openDevice(session)
    else this.#connection.set({ kind: 'sign_in_needed' })
  }

  #nudge(): void {
    this.#firstContact.wake()
    this.#presence.nudge()
    this.#open?.nudge()
  }

  #tell(table: string): void {
    for (const listener of [...(this.#watchers.get(table) ?? [])]) listener()
  }

  #tellAll(): void {
    for (const table of this.#watchers.keys()) this.#tell(table)
  }
}

/** Makes a client; call `start` on it. */
export function createBranchline(options: BranchlineOptions = {}): Branchline {
  return new Branchline(options)
}

/** Hints, not truths, that the network has changed; and the return of a page the browser had put to sleep. */
function addBrowserListeners(
  signal: AbortSignal,
  { nudge, restored }: { readonly nudge: () => void; readonly restored: () => void },
): void {
  if (typeof window === 'undefined' || typeof document === 'undefined') return
  window.addEventListener('online', nudge, { signal })
  window.addEventListener('offline', nudge, { signal })
  window.addEventListener('pageshow', (event) => event.persisted && restored(), { signal })
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && nudge(), {
    signal,
  })
}
