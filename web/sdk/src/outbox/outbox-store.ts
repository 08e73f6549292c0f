import type { MergedMutation, RejectedMutation, WriteDraft } from '../api.ts'
import { type Clock, encodeStamp, laterOf, nextTime } from '../clock.ts'
import { uuidv7 } from '../ids.ts'
import type { LastWord, Mutation, PushReply, Rejection } from '../protocol/messages.ts'
import type {
  DeviceDatabase,
  DeviceRecord,
  OutboxEntry,
  ProgressRecord,
  TrayEntry,
} from '../store/databases.ts'
import { trim } from '../store/trim.ts'
import {
  confirmedRecord,
  entriesAnswered,
  finalRecords,
  savedRecord,
  waitingRecord,
} from './progress-records.ts'
import { fillReceipts } from './receipts.ts'
import { renumbered } from './renumber.ts'

/** A mutation to be saved. */
export interface Draft {
  readonly writes: readonly WriteDraft[]
  readonly base: string | null
  readonly strict: boolean
  /** The last known number by receipt series. */
  readonly series: Readonly<Record<string, number>>
  /** The documents of record it makes, as `table/id`. */
  readonly documents?: readonly string[]
  /** A rejected mutation this one takes the place of. */
  readonly replaces?: string
}

export interface OutboxContent {
  readonly device: DeviceRecord
  readonly entries: readonly OutboxEntry[]
  readonly tray: readonly TrayEntry[]
  readonly progress: readonly ProgressRecord[]
}

/** What was saved, and the device as the disk knows it then. */
export interface Saved {
  readonly entry: OutboxEntry
  readonly device: DeviceRecord
}

/** What is sent together. */
export interface Batch {
  readonly device: DeviceRecord
  readonly entries: readonly OutboxEntry[]
}

/** What an answer did to the outbox. */
export interface Settled {
  readonly removed: readonly number[]
  /** Of these, the ones that were applied. */
  readonly sent: readonly OutboxEntry[]
  readonly answered: readonly OutboxEntry[]
  readonly rejected: readonly TrayEntry[]
  readonly merged: readonly MergedMutation[]
  readonly progress: readonly ProgressRecord[]
}

/** So many mutations that the node has applied are kept, for one that is put back to an older copy: some days of a till's sales. */
const mostSent = 2000

/** So many refusals are known when they are told again, and so many former ids are named. */
const mostRefused = 200
const mostFormers = 8

/** One user's outbox on disk. Numbers, stamps, receipts and entries change in one transaction, across all tabs. */
export class OutboxStore {
  readonly #db: DeviceDatabase
  readonly #user: string
  readonly #clock: Clock

  constructor(db: DeviceDatabase, user: string, clock: Clock) {
    this.#db = db
    this.#user = user
    this.#clock = clock
  }

  /** Everything kept, oldest first; makes this browser a device of the user when it is none yet. */
  async load(): Promise<OutboxContent> {
    const tx = await this.#db.begin(['devices', 'outbox', 'tray', 'progress'], 'readwrite')
    const devices = tx.objectStore('devices')
    let device = await devices.get(this.#user)
    if (device === undefined) {
      device = {
        user: this.#user,
        device: uuidv7(this.#clock.now()),
        n: 0,
        incarnation: null,
        clock: { ms: 0, counter: 0 },
      }
      void devices.put(device)
    }
    const entries = await tx.objectStore('outbox').index('user').getAll(this.#user)
    const tray = await tx.objectStore('tray').index('user').getAll(this.#user)
    const progress = await tx.objectStore('progress').index('user').getAll(this.#user)
    await tx.done
    return {
      device,
      entries: entries.sort((a, b) => a.order - b.order),
      tray,
      progress: progress.filter((record) => record.confirmedAt !== undefined),
    }
  }

  /** How many mutations are kept, answered ones that still lie on the rows too. */
  async count(): Promise<number> {
    const tx = await this.#db.begin(['outbox'])
    const count = await tx.objectStore('outbox').index('user').count(this.#user)
    await tx.done
    return count
  }

  /** Resolves when it is on disk: until then nothing has happened. With it comes the device as the disk knows it then. */
  async save(draft: Draft): Promise<Saved> {
    const id = uuidv7(this.#clock.now())
    try {
      return await this.#save(draft, id)
    } catch (error) {
      if (!isBrokenOff(error)) throw error
      // The browser took the database away in the middle. Whether that was before the end or after it, only the disk knows.
      return (await this.#find(id)) ?? this.#save(draft, id)
    }
  }

  async #find(id: string): Promise<Saved | undefined> {
    const tx = await this.#db.begin(['devices', 'outbox', 'sent'])
    const device = await tx.objectStore('devices').get(this.#user)
    const waiting = await tx.objectStore('outbox').index('user').getAll(this.#user)
    const sent = await tx.objectStore('sent').index('user').getAll(this.#user)
    const entry = [...waiting, ...sent].find(({ mutation }) => mutation.id === id)
    return device === undefined || entry === undefined ? undefined : { entry, device }
  }

  async #save(draft: Draft, id: string): Promise<Saved> {
    const tx = await this.#db.begin(['devices', 'outbox', 'receipts', 'tray', 'progress'], 'readwrite', {
      durability: draft.strict ? 'strict' : 'relaxed',
    })
    const done = tx.done
    done.catch(() => {}) // A full disk is reported by the request that met it.
    const known = await tx.objectStore('devices').get(this.#user)
    if (known === undefined) throw new Error('The outbox was not loaded')
    const receipts = tx.objectStore('receipts')
    const writes = await fillReceipts(draft.writes, draft.series, {
      get: (series) => receipts.get(series),
      put: (series, number) => void receipts.put(number, series),
    })
    // As long as what bears a wrong stamp still waits, what comes after has to be later still, to be stamped anew after it.
    const isForgotten =
      this.#clock.isWrong(known.clock) &&
      !(await tx.objectStore('outbox').getAll()).some(
        (one) => one.user === this.#user && one.state === 'waiting',
      )
    const last = isForgotten ? this.#clock.seen : laterOf(known.clock, this.#clock.seen)
    const clock = nextTime(last, this.#clock.now())
    const n = known.n + 1
    const mutation = {
      device: known.device,
      n,
      id,
      at: encodeStamp(clock, known.device),
      base: draft.base,
      writes,
    }
    const entry = { user: this.#user, state: 'waiting' as const, queuedAt: this.#clock.now(), mutation }
    const device = { ...known, n, clock }
    void tx.objectStore('devices').put(device)
    if (draft.replaces !== undefined) void tx.objectStore('tray').delete(draft.replaces)
    void tx.objectStore('progress').put(savedRecord(entry, draft.documents ?? []))
    // The key is IndexedDB's to give: entries come without it.
    const order = await tx.objectStore('outbox').add(entry as OutboxEntry)
    await done
    return { entry: { ...entry, order }, device }
  }

  /**
   * Takes the answered mutations off, the rejected ones to the tray, and keeps the new incarnation, all in one transaction.
   * `isRead`: the changes of these mutations have been read already; else they stay, answered, until the next pull.
   */
  async settle(
    { device, entries }: Batch,
    reply: PushReply,
    isRead: boolean,
    sentAt?: (id: string) => number | undefined,
  ): Promise<Settled> {
    const tx = await this.#db.begin(['devices', 'outbox', 'sent', 'tray', 'progress'], 'readwrite', {
      durability: 'strict',
    })
    const done = tx.done
    const outbox = tx.objectStore('outbox')
    const settled = this.#sortOut(entries, reply, isRead)
    for (const order of settled.removed) void outbox.delete(order)
    for (const entry of settled.sent) void tx.objectStore('sent').put(entry)
    for (const entry of settled.answered) void outbox.put(entry)
    for (const entry of settled.rejected) void tx.objectStore('tray').put(entry)
    const known = await tx.objectStore('devices').get(this.#user)
    if (known !== undefined)
      void tx.objectStore('devices').put(answeredFor(known, { device, entries }, reply))
    const progress = tx.objectStore('progress')
    for (const entry of settled.rejected) void progress.delete(entry.id)
    const confirmed = { at: this.#clock.now(), isFinal: known?.final === undefined }
    const gone = new Set(settled.rejected.map(({ id }) => id))
    const records: ProgressRecord[] = []
    for (const entry of entriesAnswered(entries, reply)) {
      if (gone.has(entry.mutation.id)) continue
      const record = confirmedRecord(await progress.get(entry.mutation.id), entry, confirmed, sentAt)
      void progress.put(record)
      records.push(record)
    }
    await trim(tx.objectStore('sent'), this.#user, mostSent)
    await trim(progress, this.#user, mostSent)
    await done
    return { ...settled, progress: records }
  }

  #sortOut(entries: readonly OutboxEntry[], reply: PushReply, isRead: boolean): Omit<Settled, 'progress'> {
    const settled = {
      removed: [] as number[],
      sent: [] as OutboxEntry[],
      answered: [] as OutboxEntry[],
      rejected: [] as TrayEntry[],
      merged: [] as MergedMutation[],
    }
    const outcomes = new Map(reply.outcomes.map((outcome) => [outcome.id, outcome]))
    for (const entry of entries) {
      const outcome = outcomes.get(entry.mutation.id)
      if (outcome === undefined) continue
      if (outcome.kind === 'merged') settled.merged.push(this.#merged(entry, outcome.keptFields))
      if (outcome.kind === 'rejected') settled.rejected.push(this.#rejected(entry.mutation, outcome))
      if (outcome.kind === 'rejected' || isRead) settled.removed.push(entry.order)
      else settled.answered.push({ ...entry, state: 'answered' })
      if (outcome.kind !== 'rejected' && isRead) settled.sent.push(entry)
    }
    return settled
  }

  /** Takes head office's word: what it refused after the branch had applied it goes to the tray. Undefined: the node has it itself. */
  async hear(word: LastWord | undefined, device: string): Promise<readonly ProgressRecord[]> {
    const tx = await this.#db.begin(['devices', 'tray', 'progress'], 'readwrite', { durability: 'strict' })
    const progress = tx.objectStore('progress')
    let judged: readonly ProgressRecord[] = []
    const known = await tx.objectStore('devices').get(this.#user)
    if (known?.device === device) {
      const told = known.final?.refused ?? []
      for (const { mutation, outcome } of word?.refused ?? []) {
        if (outcome.kind !== 'rejected' || told.includes(mutation.id)) continue
        void tx.objectStore('tray').put(this.#rejected(mutation, outcome))
        void progress.delete(mutation.id)
      }
      void tx.objectStore('devices').put(finalFor(known, word))
      const kept = await progress.index('user').getAll(this.#user)
      judged = finalRecords(kept, device, word, this.#clock.now())
      for (const record of judged) void progress.put(record)
    }
    await tx.done
    return judged
  }

  /** Puts a mutation the node cannot even read into the tray, so that those behind it go on. */
  async park(entry: OutboxEntry, rejection: Rejection): Promise<void> {
    const tx = await this.#db.begin(['outbox', 'tray', 'progress'], 'readwrite', { durability: 'strict' })
    void tx.objectStore('tray').put(this.#rejected(entry.mutation, rejection))
    void tx.objectStore('progress').delete(entry.mutation.id)
    void tx.objectStore('outbox').delete(entry.order)
    await tx.done
  }

  /** Takes off answered mutations whose changes have been read; not those that a new device id put back to be sent again meanwhile. */
  async forget(orders: readonly number[]): Promise<void> {
    const tx = await this.#db.begin(['outbox', 'sent'], 'readwrite', { durability: 'relaxed' })
    for (const order of orders) {
      const entry = await tx.objectStore('outbox').get(order)
      if (entry?.state !== 'answered') continue
      void tx.objectStore('outbox').delete(order)
      void tx.objectStore('sent').put(entry)
    }
    await trim(tx.objectStore('sent'), this.#user, mostSent)
    await tx.done
  }

  /**
   * Becomes another device: what waits is numbered from 1 again under the same mutation ids. So is what was answered and has not come
   * back. `isRestored`: the node was put back to an older copy, so all that it has answered for and this browser still has waits again,
   * too. What the node has is known by its id.
   */
  async becomeNewDevice({ isRestored }: { readonly isRestored: boolean }): Promise<void> {
    const tx = await this.#db.begin(['devices', 'outbox', 'sent', 'progress'], 'readwrite', {
      durability: 'strict',
    })
    const done = tx.done
    const outbox = tx.objectStore('outbox')
    const progress = tx.objectStore('progress')
    const known = await tx.objectStore('devices').get(this.#user)
    const device = uuidv7(this.#clock.now())
    let n = 0
    const entries = await outbox.index('user').getAll(this.#user)
    if (isRestored) {
      const sent = await tx.objectStore('sent').index('user').getAll(this.#user)
      for (const { order } of sent) void tx.objectStore('sent').delete(order)
      entries.push(...sent)
    }
    for (const entry of entries.sort((a, b) => a.order - b.order)) {
      n += 1
      void outbox.put({ ...renumbered(entry, device, n), state: 'waiting' })
      const record = await progress.get(entry.mutation.id)
      if (record !== undefined) void progress.put(waitingRecord(record, device, n))
    }
    const clock = known?.clock ?? { ms: 0, counter: 0 }
    const answered =
      isRestored || known?.answered === undefined ? {} : { answered: { ...known.answered, n: 0 } }
    const final = known?.final === undefined ? {} : { final: { ...known.final, n: 0 } }
    const formers = [...(known === undefined ? [] : [known.device]), ...(known?.formers ?? [])].slice(
      0,
      mostFormers,
    )
    void tx
      .objectStore('devices')
      .put({ user: this.#user, device, n, incarnation: null, clock, ...answered, ...final, formers })
    await done
  }

  async dismiss(id: string): Promise<void> {
    await this.#db.delete('tray', id)
  }

  #merged({ mutation }: OutboxEntry, keptFields: readonly string[]): MergedMutation {
    return { id: mutation.id, mutation, keptFields, mergedAt: new Date(this.#clock.now()) }
  }

  #rejected(mutation: Mutation, outcome: Rejection): TrayEntry {
    const { code, reason, table, field, remedy } = outcome
    const rejected: RejectedMutation = {
      id: mutation.id,
      mutation,
      code,
      reason,
      ...(table !== undefined && { table }),
      ...(field !== undefined && { field }),
      ...(remedy !== undefined && { remedy }),
      rejectedAt: new Date(this.#clock.now()),
    }
    return { ...rejected, user: this.#user }
  }
}

/** The transaction ended without a word of whether it was done. */
function isBrokenOff(error: unknown): boolean {
  return ['AbortError', 'InvalidStateError', 'UnknownError'].includes((error as DOMException).name)
}

/**
 * The device after an answer to `batch`, which may have been sent under a former id. The log's life stays that of the first answer: what
 * came before it is not forgotten over a later one.
 */
export function answeredFor(known: DeviceRecord, { device, entries }: Batch, reply: PushReply): DeviceRecord {
  const { epoch, n } = known.answered ?? { epoch: reply.epoch, n: 0 }
  if (known.device !== device.device) return { ...known, answered: { epoch, n } }
  const ids = new Set(reply.outcomes.map((outcome) => outcome.id))
  const numbers = entries.filter(({ mutation }) => ids.has(mutation.id)).map(({ mutation }) => mutation.n)
  return { ...known, incarnation: reply.incarnation, answered: { epoch, n: Math.max(n, ...numbers) } }
}

/** The device after head office's word. */
export function finalFor(
  { final: before, ...known }: DeviceRecord,
  word: LastWord | undefined,
): DeviceRecord {
  if (word === undefined) return known
  const refused = [
    ...new Set([...word.refused.map(({ mutation }) => mutation.id), ...(before?.refused ?? [])]),
  ]
  return { ...known, final: { n: word.n, heard: word.heard, refused: refused.slice(0, mostRefused) } }
}
