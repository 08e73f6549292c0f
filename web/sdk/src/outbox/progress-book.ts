import type { Progress } from '../api.ts'
import type { OutboxEntry, ProgressRecord } from '../store/databases.ts'

interface Shown {
  readonly entry: OutboxEntry | undefined
  readonly sentAt: number | undefined
  readonly record: ProgressRecord | undefined
  readonly progress: Progress
}

/** So many documents are kept in memory: more than a long shift makes. */
const mostKept = 10_000

/** How far the documents saved here have come, by `table/id`: those that wait, and the last ones that were answered. */
export class ProgressBook {
  readonly #records = new Map<string, ProgressRecord>()
  readonly #sentAt = new Map<string, number>()
  readonly #shown = new Map<string, Shown>()
  #entries: readonly OutboxEntry[] = []
  #waiting: ReadonlyMap<string, OutboxEntry> | null = null

  load(records: readonly ProgressRecord[]): void {
    this.#records.clear()
    this.note(records)
  }

  /** Takes over how far these have come. */
  note(records: readonly ProgressRecord[]): void {
    for (const record of records) {
      this.#sentAt.delete(record.id)
      for (const document of record.documents) this.#records.set(document, record)
    }
    for (const oldest of this.#records.keys()) {
      if (this.#records.size <= mostKept) break
      this.#records.delete(oldest)
      this.#shown.delete(oldest)
    }
  }

  /** These were put on the line, or null: the line was lost before the node had answered. */
  noteSent(ids: readonly string[], at: number | null): void {
    for (const id of ids) {
      if (at === null) this.#sentAt.delete(id)
      else this.#sentAt.set(id, at)
    }
  }

  /** When this one was put on the line; undefined while it is not. */
  sentAt(id: string): number | undefined {
    return this.#sentAt.get(id)
  }

  setEntries(entries: readonly OutboxEntry[]): void {
    this.#entries = entries
    this.#waiting = null
  }

  /** The same object until it has come further. */
  of(document: string): Progress | null {
    this.#waiting ??= waitingDocuments(this.#entries)
    const entry = this.#waiting.get(document)
    const record = this.#records.get(document)
    if (entry === undefined && record === undefined) return null
    const sentAt = entry === undefined ? undefined : this.#sentAt.get(entry.mutation.id)
    const shown = this.#shown.get(document)
    if (shown !== undefined && shown.entry === entry && shown.sentAt === sentAt && shown.record === record)
      return shown.progress
    const progress = Object.freeze(
      entry !== undefined ? ofWaiting(entry, sentAt) : ofRecord(record as ProgressRecord),
    )
    this.#shown.set(document, { entry, sentAt, record, progress })
    return progress
  }
}

function waitingDocuments(entries: readonly OutboxEntry[]): ReadonlyMap<string, OutboxEntry> {
  const waiting = entries.filter((entry) => entry.state === 'waiting')
  return new Map(
    waiting.flatMap((entry) =>
      entry.mutation.writes
        .filter((write) => write.kind === 'insert')
        .map((write): [string, OutboxEntry] => [`${write.table}/${write.id}`, entry]),
    ),
  )
}

function ofWaiting(entry: OutboxEntry, sentAt: number | undefined): Progress {
  return { savedAt: new Date(entry.queuedAt), sentAt: dateOf(sentAt), confirmedAt: null, finalAt: null }
}

function ofRecord({ savedAt, sentAt, confirmedAt, finalAt }: ProgressRecord): Progress {
  return {
    savedAt: new Date(savedAt),
    sentAt: dateOf(sentAt),
    confirmedAt: dateOf(confirmedAt),
    finalAt: dateOf(finalAt),
  }
}

function dateOf(time: number | undefined): Date | null {
  return time === undefined ? null : new Date(time)
}
