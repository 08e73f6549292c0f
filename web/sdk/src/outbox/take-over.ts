import { type Clock, parseStamp } from '../clock.ts'
import type { DeviceDatabase, OutboxEntry } from '../store/databases.ts'
import type { JournalContent } from './journal.ts'
import { renumbered } from './renumber.ts'

/** Takes a journal of another device over, under the ids that its mutations have; how many were new. Known ones are passed over. */
export async function takeOver(
  { db, user, clock }: { readonly db: DeviceDatabase; readonly user: string; readonly clock: Clock },
  { mutations, rejected }: JournalContent,
): Promise<number> {
  const tx = await db.begin(['devices', 'outbox', 'sent', 'tray'], 'readwrite', {
    durability: 'strict',
  })
  const done = tx.done
  const outbox = tx.objectStore('outbox')
  const tray = tx.objectStore('tray')
  const kept = [...(await outbox.getAll()), ...(await tx.objectStore('sent').getAll())]
  const known = new Set([...kept.map(({ mutation }) => mutation.id), ...(await tray.getAllKeys())])
  const device = await tx.objectStore('devices').get(user)
  if (device === undefined) throw new Error('The outbox was not loaded')
  const added = mutations.filter(({ id }) => !known.has(id))
  for (const [i, mutation] of added.entries()) {
    const queuedAt = parseStamp(mutation.at)?.ms ?? clock.now()
    const entry = { order: 0, user: user, state: 'waiting' as const, queuedAt, mutation }
    const { order: _, ...renamed } = renumbered(entry, device.device, device.n + i + 1)
    void outbox.add(renamed as OutboxEntry)
  }
  for (const one of rejected) if (!known.has(one.id)) void tray.put({ ...one, user: user })
  void tx.objectStore('devices').put({ ...device, n: device.n + added.length })
  await done
  return added.length
}
