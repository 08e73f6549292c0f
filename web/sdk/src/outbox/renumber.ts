import { encodeStamp, parseStamp } from '../clock.ts'
import type { OutboxEntry } from '../store/databases.ts'

/** The mutation as another device's: its number and the device part of its stamp change, its id and time stay. */
export function renumbered(entry: OutboxEntry, device: string, n: number): OutboxEntry {
  const { mutation } = entry
  const time = parseStamp(mutation.at) ?? { ms: entry.queuedAt, counter: 0 }
  return { ...entry, mutation: { ...mutation, device, n, at: encodeStamp(time, device) } }
}
