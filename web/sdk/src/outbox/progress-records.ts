import type { LastWord, PushReply } from '../protocol/messages.ts'
import type { OutboxEntry, ProgressRecord } from '../store/databases.ts'

type Unordered = Omit<OutboxEntry, 'order'>

/** A mutation that was just saved. */
export function savedRecord(
  { user, queuedAt, mutation: { id, device, n } }: Unordered,
  documents: readonly string[],
): ProgressRecord {
  return { id, user, device, n, documents, savedAt: queuedAt }
}

/** These of a batch the node has answered for. */
export function entriesAnswered(entries: readonly OutboxEntry[], reply: PushReply): readonly OutboxEntry[] {
  const ids = new Set(reply.outcomes.map(({ id }) => id))
  return entries.filter(({ mutation }) => ids.has(mutation.id))
}

/** The node has it on its disk. `isFinal`: and nobody above it has a word to say. */
export function confirmedRecord(
  kept: ProgressRecord | undefined,
  entry: OutboxEntry,
  { at, isFinal }: { readonly at: number; readonly isFinal: boolean },
  sentAt?: (id: string) => number | undefined,
): ProgressRecord {
  const { device, n, id } = entry.mutation
  const sent = sentAt?.(id)
  return {
    ...(kept ?? savedRecord(entry, [])),
    device,
    n,
    ...(sent !== undefined && { sentAt: sent }),
    confirmedAt: at,
    ...(isFinal && { finalAt: at }),
  }
}

/** Those that head office has judged by this word and had not before. Without a word the node has the last one itself. */
export function finalRecords(
  kept: readonly ProgressRecord[],
  device: string,
  word: LastWord | undefined,
  at: number,
): readonly ProgressRecord[] {
  const upTo = word?.n ?? Number.POSITIVE_INFINITY
  return kept
    .filter((one) => one.confirmedAt !== undefined && one.finalAt === undefined)
    .filter((one) => one.device === device && one.n <= upTo)
    .map((one) => ({ ...one, finalAt: at }))
}

/** It waits again, under another id and number. */
export function waitingRecord(record: ProgressRecord, device: string, n: number): ProgressRecord {
  const { id, user, documents, savedAt } = record
  return { id, user, documents, savedAt, device, n }
}
