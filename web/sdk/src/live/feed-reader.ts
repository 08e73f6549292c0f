import type { Clock } from '../clock.ts'
import type { Device } from '../device.ts'
import { epochOf, seqOf } from '../protocol/cursor.ts'
import type { Cursors, Page, Refusal, ResetReason, SnapshotChunk, Standing } from '../protocol/messages.ts'
import { readChunk, readPage } from '../replica/read-page.ts'
import { formatSum } from '../replica/row-checksum.ts'
import type { StoredRow, StoredScope } from '../store/databases.ts'
import type { RowKey } from '../store/replica-store.ts'
import { warn } from '../warn.ts'
import { Comparison } from './comparison.ts'
import type { Node, Reply } from './node.ts'

type ChangesPage = Extract<Page, { kind: 'changes' }>

const done: Reply<null> = { kind: 'ok', value: null }
const pageLimit = 1000

/** A scope whose rows were compared is not compared again so soon: what one comparison did not repair the next will not either. */
const compareEvery = 60_000

/** Reads the feeds of every scope the person holds into the replica: pages from the socket, pulls and snapshots. */
export class FeedReader {
  readonly #device: Device
  readonly #node: Node
  readonly #clock: Clock
  readonly #comparison: Comparison
  readonly #comparedAt = new Map<string, number>()
  /** Pages whose scopes are being counted for the first time. */
  readonly #unchecked = new Map<string, ChangesPage>()
  readonly #counted: () => void
  /** The last number that the node knew of a device id. */
  #known = { device: '', n: 0 }

  /** `counted`: somebody should call `checkLate` when it is its turn. */
  constructor(device: Device, node: Node, clock: Clock, counted: () => void) {
    this.#counted = counted
    this.#device = device
    this.#node = node
    this.#clock = clock
    this.#comparison = new Comparison(device, node)
  }

  cursors(): Cursors {
    const held = [...this.#device.scopes.values()].filter((one) => one.cursor !== null)
    return Object.fromEntries(held.map((one) => [one.scope, one.cursor]))
  }

  /** Takes the answer to hello: drops what is no longer held, brings the schema up to date, fetches what is missing. */
  async welcome(standing: Standing, signal: AbortSignal): Promise<Reply<null>> {
    const reply = await this.#stand(standing, this.#device.lastAnswered, this.#device.id, signal)
    if (reply.kind !== 'ok') return reply
    return this.#missing(standing).length > 0 ? this.catchUp(signal) : done
  }

  /**
   * Takes a page from the socket. A page that does not follow on what was read is made good by a pull; so is a reset, which may lie
   * behind frames that took long, and by then be about a cursor of before.
   */
  async takeLive(page: Page, signal: AbortSignal): Promise<Reply<null>> {
    return page.kind === 'reset' || (await this.#take(page, signal)) === 'gap' ? this.catchUp(signal) : done
  }

  /** Pulls until nothing is missing; then what was answered before it began no longer lies on the rows. */
  async catchUp(signal: AbortSignal): Promise<Reply<null>> {
    const answered = this.#device.entries
      .filter((entry) => entry.state === 'answered')
      .map((entry) => entry.order)
    for (;;) {
      const { id: device, lastAnswered } = this.#device
      const request = { device, cursors: this.cursors(), limit: pageLimit, ...this.#device.introduction }
      const reply = await this.#node.pull(request, signal)
      if (
        reply.kind === 'refused' &&
        reply.refusal.code === 'cursor_invalid' &&
        Object.keys(request.cursors).length > 0
      ) {
        for (const scope of Object.keys(request.cursors)) await this.#expire(scope, 'epoch_changed')
        continue
      }
      if (reply.kind !== 'ok') return reply
      const stood = await this.#stand(reply.value, lastAnswered, device, signal)
      if (stood.kind !== 'ok') return stood
      let isMore = false
      for (const page of reply.value.pages) isMore = (await this.#take(page, signal)) !== 'taken' || isMore
      for (const scope of this.#missing(reply.value)) {
        const fetched = await this.#fetch(scope, signal)
        if (fetched.kind !== 'ok') return fetched
        isMore = true
      }
      if (!isMore) break
    }
    if (answered.length > 0) {
      await this.#device.outbox.forget(answered)
      await this.#device.outboxWritten()
    }
    this.#device.replica.setConfirmed(true)
    return done
  }

  /** `lastAnswered` and `askedAs`: when the node was asked. */
  async #stand(
    standing: Standing,
    lastAnswered: number,
    askedAs: string,
    signal: AbortSignal,
  ): Promise<Reply<null>> {
    this.#known = { device: this.#device.id, n: standing.lastN }
    await this.#device.hearWord(standing.lastWord, askedAs)
    if (standing.lastN < lastAnswered || this.#device.isFromBefore(standing.epoch)) {
      await this.#device.becomeNewDevice({ isRestored: true })
    }
    for (const scope of [...this.#device.scopes.keys()]) {
      if (!standing.scopes.includes(scope)) await this.#revoke(scope)
    }
    for (const scope of standing.scopes) {
      if (!this.#device.scopes.has(scope)) await this.#await(scope)
    }
    if (this.#device.replica.schema?.hash === standing.schema) return done
    const reply = await this.#node.schema(signal)
    if (reply.kind !== 'ok') return reply
    await this.#device.setSchema(reply.value)
    return done
  }

  /** Notes that the scope is held and not read: the device is not loaded before it is. */
  async #await(scope: string): Promise<void> {
    const after = { scope, cursor: null }
    await this.#device.advance({ puts: [], removed: [] }, { scope, before: undefined, after })
  }

  #missing(standing: Standing): readonly string[] {
    return standing.scopes.filter((scope) => (this.#device.scopes.get(scope)?.cursor ?? null) === null)
  }

  async #take(page: Page, signal: AbortSignal): Promise<'taken' | 'more' | 'gap' | 'snapshot'> {
    switch (page.kind) {
      case 'revoked':
        await this.#revoke(page.scope)
        return 'taken'
      case 'reset':
        await this.#expire(page.scope, page.reset)
        return 'snapshot'
      case 'changes': {
        const taken = await this.#takeChanges(page)
        if (taken === 'taken') await this.#check(page, signal)
        return taken
      }
    }
  }

  async #takeChanges(page: ChangesPage): Promise<'taken' | 'more' | 'gap'> {
    for (const change of page.changes) this.#clock.observe(change.at)
    for (;;) {
      const before = this.#device.scopes.get(page.scope)
      const cursor = before?.cursor ?? null
      if (before === undefined || cursor === null) return 'taken' // Its snapshot comes first; then a pull brings this.
      if (epochOf(page.to) !== epochOf(cursor) || seqOf(page.from) > seqOf(cursor)) return 'gap'
      if (seqOf(page.to) <= seqOf(cursor)) return page.more ? 'more' : 'taken'
      const change = readPage(this.#device.replica.base, page, cursor, this.#device.id)
      const after: StoredScope = { scope: page.scope, cursor: page.to, seen: this.#clock.seen }
      if (await this.#device.advance(change, { scope: page.scope, before, after }))
        return page.more ? 'more' : 'taken'
    }
  }

  /** The scope is no longer held: its rows go, those with pending writes when these are answered. */
  async #revoke(scope: string): Promise<void> {
    const before = this.#device.scopes.get(scope)
    if (before === undefined) return
    const puts: StoredRow[] = []
    const removed: RowKey[] = []
    for (const row of this.#device.replica.base.all()) {
      if (row.scope !== scope) continue
      if (this.#device.replica.hasPending(row.table, row.id)) puts.push({ ...row, scope: null })
      else removed.push([row.table, row.id])
    }
    await this.#device.advance({ puts, removed }, { scope, before, after: undefined })
  }

  /**
   * Forgets how far the scope was read. Its rows stay on screen, marked, until the snapshot confirms or drops them. Numbers
   * of another life of the log say nothing, so then the rows of all scopes are marked.
   */
  async #expire(scope: string, reason: ResetReason): Promise<void> {
    const before = this.#device.scopes.get(scope)
    const isOtherLife = reason === 'epoch_changed' || reason === 'ahead'
    const puts: StoredRow[] = []
    if (reason === 'expired' && before?.cursor != null) {
      await this.#device.advance(
        { puts, removed: [] },
        { scope, before, after: { scope, cursor: null, expired: true } },
      )
      return
    }
    for (const row of this.#device.replica.base.all()) {
      if (row.seq >= 0 && (isOtherLife || row.scope === scope)) puts.push({ ...row, seq: -1 })
    }
    await this.#device.advance({ puts, removed: [] }, { scope, before, after: { scope, cursor: null } })
  }

  /** Looks at pages whose scopes had not been counted when they came. */
  async checkLate(signal: AbortSignal): Promise<void> {
    for (const page of [...this.#unchecked.values()]) await this.#check(page, signal)
  }

  /** What the node and this device have differs only by a mistake of somebody's; it is put right, and counted by both. */
  async #check(page: ChangesPage, signal: AbortSignal): Promise<void> {
    const { scope, to, checksum } = page
    const { scopes, replica, checks } = this.#device
    const isCounting = this.#unchecked.delete(scope)
    if (checksum === undefined || replica.schema === null || scopes.get(scope)?.cursor !== to) return
    if (!replica.base.isCounted(scope)) {
      this.#unchecked.set(scope, page)
      if (!isCounting) void replica.base.count(scope).then(this.#counted)
      if (!replica.base.isCounted(scope)) return
      this.#unchecked.delete(scope)
    }
    if (formatSum(replica.base.checksumOf(scope)) === checksum) return
    const now = this.#clock.raw()
    if (now - (this.#comparedAt.get(scope) ?? 0) < compareEvery) return
    this.#comparedAt.set(scope, now)
    checks.mismatches += 1
    const reply = await this.#comparison.run(scope, signal)
    if (reply.kind !== 'ok') return
    checks.repaired += reply.value.repaired
    warn(`${scope} differed from the node; rows put right`, reply.value.repaired)
  }

  #fetch(scope: string, signal: AbortSignal): Promise<Reply<null>> {
    const isExpired = this.#device.scopes.get(scope)?.expired === true
    return isExpired ? this.#fetchDifferences(scope, signal) : this.#fetchSnapshot(scope, signal)
  }

  /** After too long away: the rows that differ, then the feed from where the comparison began. */
  async #fetchDifferences(scope: string, signal: AbortSignal): Promise<Reply<null>> {
    const reply = await this.#comparison.run(scope, signal)
    if (reply.kind !== 'ok') return reply
    const before = this.#device.scopes.get(scope)
    const after = { scope, cursor: reply.value.cursor }
    await this.#device.advance({ puts: [], removed: [] }, { scope, before, after })
    return done
  }

  /** Fetches a scope's rows chunk by chunk; cut off, it goes on from the last chunk that was written. */
  async #fetchSnapshot(scope: string, signal: AbortSignal): Promise<Reply<null>> {
    for (;;) {
      const before = this.#device.scopes.get(scope)
      const progress = before?.snapshot
      // What this device was answered must be in it, or its pending rows would fall back until the feed is read.
      const isFresh = progress === undefined && this.#device.entries.length > 0
      const reply = await this.#node.snapshot(scope, { after: progress?.next, isFresh }, signal)
      if (reply.kind === 'unreachable') return reply
      const isLost = reply.kind === 'refused' ? isForGood(reply.refusal) : isOther(reply.value, progress)
      if (isLost && progress !== undefined) {
        const none = { puts: [], removed: [] }
        await this.#device.advance(none, { scope, before, after: { scope, cursor: null } })
        continue
      }
      if (reply.kind === 'refused') return reply
      if (await this.#takeChunk(reply.value, before)) return done
    }
  }

  /** True when the chunk was the last and the scope can be followed from its cursor. */
  async #takeChunk(chunk: SnapshotChunk, before: StoredScope | undefined): Promise<boolean> {
    const { scope, cursor, next } = chunk
    const change = readChunk(this.#device.replica.base, chunk, this.#known)
    if (next !== null) {
      const after = { scope, cursor: null, snapshot: { cursor, next } }
      await this.#device.advance(change, { scope, before, after })
      return false
    }
    const confirmed = new Set(change.puts.map((row) => `${row.table}/${row.id}`))
    const removed: RowKey[] = []
    for (const row of this.#device.replica.base.all()) {
      const isOld = row.scope === scope && row.seq < seqOf(cursor)
      if (isOld && !confirmed.has(`${row.table}/${row.id}`)) removed.push([row.table, row.id])
    }
    const after = { scope, cursor }
    await this.#device.advance({ ...change, removed }, { scope, before, after })
    return this.#device.scopes.get(scope)?.cursor != null
  }
}

/** The node does not know the place any more: from the beginning, then. */
function isForGood({ status, isTransient }: Refusal): boolean {
  return !isTransient && status !== 401 && status !== 403
}

function isOther(chunk: SnapshotChunk, progress: StoredScope['snapshot']): boolean {
  return progress !== undefined && chunk.cursor !== progress.cursor
}
