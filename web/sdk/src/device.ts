import type { MergedMutation, OutboxTrouble, Progress } from './api.ts'
import type { Clock } from './clock.ts'
import type { DeviceNews } from './device-news.ts'
import { Listeners } from './listeners.ts'
import { OutboxNotes } from './outbox/outbox-notes.ts'
import { answeredFor, type Batch, type OutboxContent, OutboxStore } from './outbox/outbox-store.ts'
import { seqOf } from './protocol/cursor.ts'
import type { LastWord, PullRequest, PushReply } from './protocol/messages.ts'
import type { CompiledSchema } from './protocol/schema.ts'
import { readNews } from './replica/read-page.ts'
import { Replica } from './replica/replica.ts'
import type { DeviceDatabase, DeviceRecord, OutboxEntry, StoredScope, TrayEntry } from './store/databases.ts'
import { saveOrMakeRoom } from './store/make-room.ts'
import {
  isSameScope,
  ReplicaStore,
  type RowKey,
  type RowsChange,
  type ScopeStep,
} from './store/replica-store.ts'
import type { Reserve } from './store/reserve.ts'
import type { StorageMonitor } from './store/storage-monitor.ts'

/** What a device works with besides its databases. */
export interface DeviceSurroundings {
  readonly clock: Clock
  readonly storage: StorageMonitor
  readonly reserve: Reserve
}

/** Elsewhere the disk is not a browser's. */
const isBrowser = typeof window !== 'undefined'

/** One signed-in person's replica and outbox in this tab: memory and disk kept alike. */
export class Device {
  readonly replica: Replica
  readonly outbox: OutboxStore
  /** Told when the outbox or the tray changed. */
  readonly outboxChanged = new Listeners()
  /** Told when this tab has saved something that waits to be sent. */
  readonly outboxSaved = new Listeners()
  readonly #store: ReplicaStore
  readonly #post: (news: DeviceNews) => void
  readonly #scopes = new Map<string, StoredScope>()
  readonly #notes = new OutboxNotes()
  readonly #clock: Clock
  readonly #storage: StorageMonitor
  readonly #reserve: Reserve
  /** These are kept in memory only, because the disk is full: they are read again at the next start. */
  readonly #offDisk = new Set<string>()
  #record: DeviceRecord
  #entries: readonly OutboxEntry[] = []
  #tray: readonly TrayEntry[] = []
  #outboxVersion = 0

  private constructor(
    replica: Replica,
    outbox: OutboxStore,
    store: ReplicaStore,
    { clock, storage, reserve }: DeviceSurroundings,
    post: (news: DeviceNews) => void,
  ) {
    this.replica = replica
    this.outbox = outbox
    this.#store = store
    this.#clock = clock
    this.#storage = storage
    this.#reserve = reserve
    this.#post = post
    this.#record = { user: '', device: '', n: 0, incarnation: null, clock: { ms: 0, counter: 0 } }
  }

  /** Opens the person's databases under `name` and loads everything, so that the app can start with no network. */
  static async open(
    names: { readonly name: string; readonly user: string },
    db: DeviceDatabase,
    around: DeviceSurroundings,
    post: (news: DeviceNews) => void,
  ): Promise<Device> {
    const { clock } = around
    const store = await ReplicaStore.open(names.name, names.user)
    const device = new Device(new Replica(), new OutboxStore(db, names.user, clock), store, around, post)
    await device.reload()
    for (const { seen } of device.scopes.values()) if (seen !== undefined) clock.continueAfter(seen)
    return device
  }

  get id(): string {
    return this.#record.device
  }

  /** The last number that the node has answered for under this device id. */
  get lastAnswered(): number {
    return this.#record.answered?.n ?? 0
  }

  get entries(): readonly OutboxEntry[] {
    return this.#entries
  }

  get tray(): readonly TrayEntry[] {
    return this.#tray
  }

  /** How often this device's rows were others than the node's since the start, and how many were put right. */
  readonly checks = { mismatches: 0, repaired: 0 }

  /** The latest that were merged since the start. */
  get merged(): readonly MergedMutation[] {
    return this.#notes.merged
  }

  /** Why nothing goes off although the node answers. */
  get trouble(): OutboxTrouble | null {
    return this.#notes.trouble
  }

  /** How far a document saved here has come. */
  progress(table: string, id: string): Progress | null {
    return this.#notes.progress.of(`${table}/${id}`)
  }

  get scopes(): ReadonlyMap<string, StoredScope> {
    return this.#scopes
  }

  /** True when every scope that is known of has been read to its end at least once. */
  get isLoaded(): boolean {
    const scopes = [...this.#scopes.values()]
    return this.replica.schema !== null && scopes.length > 0 && scopes.every((one) => one.cursor !== null)
  }

  /** The furthest cursor held: what a mutation made at this moment knew. */
  get base(): string | null {
    let furthest: string | null = null
    for (const { cursor } of this.#scopes.values()) {
      if (cursor !== null && (furthest === null || seqOf(cursor) > seqOf(furthest))) furthest = cursor
    }
    return furthest
  }

  /** After another tab led: what it wrote and could not tell of is read; mostly that is nothing. */
  async catchUpWithDisk(): Promise<void> {
    const stored = await this.#store.lookAgain()
    const isSame =
      stored.length === this.#scopes.size &&
      stored.every((one) => isSameScope(one, this.#scopes.get(one.scope)))
    await (isSame ? this.reloadOutbox() : this.reload())
  }

  /** Whether the disk holds something that waits and that this tab was not told of. */
  async hasUntold(): Promise<boolean> {
    return (await this.outbox.count()) !== this.#entries.length
  }

  /** Takes everything from the disk again, whatever other tabs have written there. */
  async reload(): Promise<void> {
    const [content, outbox] = await Promise.all([this.#store.load(), this.outbox.load()])
    this.#scopes.clear()
    for (const scope of content.scopes) this.#scopes.set(scope.scope, scope)
    this.#notes.progress.load(outbox.progress)
    this.#keep(outbox)
    if (content.schema !== null) this.replica.setSchema(content.schema)
    this.replica.load(content.rows, outbox.entries)
    this.outboxChanged.tell()
  }

  /** Takes the outbox from the disk; what was answered no longer lies on the rows. */
  async reloadOutbox(): Promise<void> {
    this.#keep(await this.outbox.load())
    await this.#showOutbox()
  }

  #keep({ device, entries, tray }: OutboxContent): void {
    this.#record = device
    this.#entries = entries
    this.#tray = tray
    this.#notes.progress.setEntries(entries)
    this.#outboxVersion += 1
  }

  async #showOutbox(): Promise<void> {
    await this.#dropUnclaimed()
    this.replica.setPending(this.#entries)
    this.outboxChanged.tell()
  }

  /** After this tab changed the outbox on disk: memory follows, and the other tabs are told. */
  async outboxWritten(): Promise<void> {
    await this.reloadOutbox()
    this.#post({ kind: 'outbox' })
  }

  /** The oldest mutations that wait, with the incarnation to send them under. */
  batch(size: number): Batch {
    const waiting = this.#entries.filter((entry) => entry.state === 'waiting')
    return { device: this.#record, entries: waiting.slice(0, size) }
  }

  /** Takes an answer: on disk first, then off the rows. */
  async settle(batch: Batch, reply: PushReply, isRead: boolean): Promise<void> {
    const settled = await this.outbox.settle(batch, reply, isRead, (id) => this.#notes.progress.sentAt(id))
    const { removed, answered, rejected, merged, progress } = settled
    const gone = new Set(removed)
    const changed = new Map(answered.map((entry) => [entry.order, entry]))
    this.#entries = this.#entries.flatMap((entry) =>
      gone.has(entry.order) ? [] : [changed.get(entry.order) ?? entry],
    )
    this.#tray = [...this.#tray, ...rejected]
    this.#record = answeredFor(this.#record, batch, reply)
    this.#notes.progress.setEntries(this.#entries)
    this.#notes.progress.note(progress)
    this.#notes.noteTrouble(null)
    this.#notes.noteMerged(merged)
    await this.#showOutbox()
    this.#post({ kind: 'progress', records: progress })
    this.#post({ kind: 'outbox' })
    if (merged.length > 0) this.#post({ kind: 'merged', merged })
  }

  /** These are on the line from now; null: they are not any longer, and nobody has answered. */
  noteLine(batch: Batch, isSent: boolean): void {
    const ids = batch.entries.map(({ mutation }) => mutation.id)
    const sentAt = isSent ? this.#clock.now() : null
    this.#takeNews({ kind: 'line', ids, sentAt })
  }

  /** The node answers, but not to what is sent. */
  noteTrouble(code: string, message: string): void {
    if (this.trouble?.code === code) return
    this.#takeNews({ kind: 'trouble', trouble: { code, message, since: new Date(this.#clock.now()) } })
  }

  #takeNews(news: DeviceNews): void {
    void this.hear(news)
    this.#post(news)
  }

  /** What the node is told of this device: how far head office's word was heard, its former ids, how safe its disk is. */
  get introduction(): Pick<PullRequest, 'heard' | 'formers' | 'storage'> {
    const { final, formers = [] } = this.#record
    const { verdict } = this.#storage.state
    return {
      ...(final && { heard: final.heard }),
      ...(formers.length > 0 && { formers }),
      ...(isBrowser && { storage: verdict }),
    }
  }

  /** How many mutations the branch has applied and head office has not judged; 0 where the node is head office itself. */
  get provisional(): number {
    return this.#record.final === undefined ? 0 : Math.max(0, this.lastAnswered - this.#record.final.n)
  }

  /** Takes head office's word over; most say what the one before said. */
  async hearWord(word: LastWord | undefined, device: string): Promise<void> {
    const { final } = this.#record
    if (final?.n === word?.n && final?.heard === word?.heard) return
    const records = await this.outbox.hear(word, device)
    this.#takeNews({ kind: 'progress', records })
    await this.outboxWritten()
  }

  /** Whether the node's log is in another life than when it answered for what is kept here: then it may have lost that. */
  isFromBefore(epoch: string): boolean {
    return this.#record.answered !== undefined && this.#record.answered.epoch !== epoch
  }

  /** What waits is numbered anew under another id; after a restore of the node all that it has answered for, too. */
  async becomeNewDevice(how: { readonly isRestored: boolean }): Promise<void> {
    await this.outbox.becomeNewDevice(how)
    await this.outboxWritten()
  }

  /** Saves a mutation, offers it for sending and lays it on the rows: sending must not wait for a repaint. */
  async save(draft: Parameters<OutboxStore['save']>[0]): Promise<OutboxEntry> {
    const version = this.#outboxVersion
    const { entry, device } = await saveOrMakeRoom(
      () => this.outbox.save(draft),
      {
        releaseReserve: () => {
          this.#takeNews({ kind: 'full', scopes: [] })
          return this.#reserve.release()
        },
        giveUpCopies: (madeBefore) => this.#giveUpCopies(madeBefore),
      },
      this.#clock.now(),
    )
    const isNext = device.device === this.#record.device && device.n === this.#record.n + 1
    if (version === this.#outboxVersion && isNext && draft.replaces === undefined) {
      this.#record = device
      this.#entries = [...this.#entries, entry]
      this.#notes.progress.setEntries(this.#entries)
      this.outboxSaved.tell()
      this.replica.addPending(entry)
      this.outboxChanged.tell()
    } else {
      await this.reloadOutbox() // Another tab has saved something too, or may have sent this off already.
      this.outboxSaved.tell()
    }
    this.#post({ kind: 'outbox' })
    return entry
  }

  async #giveUpCopies(madeBefore: string): Promise<void> {
    const tables = this.replica.schema?.tables ?? {}
    const documents = Object.keys(tables).filter((name) => tables[name]?.document === true)
    this.#noteFull([...this.#scopes.keys()])
    await this.#store.giveUp(documents, madeBefore)
  }

  #noteFull(scopes: readonly string[]): void {
    if (scopes.some((scope) => !this.#offDisk.has(scope))) this.#takeNews({ kind: 'full', scopes })
  }

  /**
   * Writes rows and a scope's step, on disk, in memory and in the other tabs. False when another tab's writing came between
   * and this tab has loaded it instead.
   */
  async advance(change: RowsChange, step: ScopeStep): Promise<boolean> {
    const result = this.#offDisk.has(step.scope)
      ? ({ kind: 'full' } as const)
      : await this.#store.advance(change, step)
    if (result.kind === 'full') this.#noteFull([step.scope])
    if (result.kind === 'overtaken' && !isPast(result.stored, step.after)) {
      await this.reload()
      return false
    }
    this.#take(change, step)
    const told = change.pack === undefined ? change : { ...change, puts: [] }
    if (result.kind !== 'overtaken') this.#post({ kind: 'rows', change: told, step })
    return true
  }

  async setSchema(schema: CompiledSchema): Promise<void> {
    await this.#store.saveSchema(schema)
    this.replica.setSchema(schema)
    this.#post({ kind: 'schema', schema })
  }

  /** Follows what another tab wrote. */
  async hear(news: DeviceNews): Promise<void> {
    switch (news.kind) {
      case 'rows':
        this.#take(readNews(this.replica.base, news.change), news.step)
        return
      case 'outbox':
        return this.reloadOutbox()
      case 'schema':
        this.replica.setSchema(news.schema)
        return
      case 'full':
        for (const scope of news.scopes) this.#offDisk.add(scope)
        this.#storage.set({ isFull: true })
        return
      default:
        if (this.#notes.hear(news)) this.outboxChanged.tell()
    }
  }

  close(): void {
    this.#store.close()
  }

  #take(change: RowsChange, step: ScopeStep): void {
    if (step.after === undefined) this.#scopes.delete(step.scope)
    else this.#scopes.set(step.scope, step.after)
    this.replica.applyBase(change)
  }

  /** Rows of a revoked scope stay while their writes are unanswered, and go with the answer. */
  async #dropUnclaimed(): Promise<void> {
    const rows = [...this.replica.base.homeless()]
    if (rows.length === 0) return
    const claimed = new Set(
      this.#entries.flatMap((entry) => entry.mutation.writes.map((w) => `${w.table}/${w.id}`)),
    )
    const unclaimed = rows.filter((row) => !claimed.has(`${row.table}/${row.id}`))
    const removed = unclaimed.map((row): RowKey => [row.table, row.id])
    if (removed.length === 0) return
    await this.#store.remove(removed)
    this.replica.applyBase({ puts: [], removed })
  }
}

/** True when another tab has already read as far as this step goes. */
function isPast(stored: StoredScope | undefined, after: StoredScope | undefined): boolean {
  if (stored?.cursor == null || after?.cursor == null) return stored === after
  return seqOf(stored.cursor) >= seqOf(after.cursor)
}
