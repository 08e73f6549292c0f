import type { Branchline } from '@branchline/client'

/** What a journal's file says of itself before it is taken over. */
export interface JournalLook {
  readonly who: string
  readonly at: string
  readonly waiting: number
  readonly refused: number
}

/** Looks into a file; null when it is no journal. */
export async function lookInto(file: Blob): Promise<JournalLook | null> {
  try {
    const journal = JSON.parse(await file.text()) as Record<string, unknown>
    const { format, mutations, rejected, user, exported_at } = journal
    if (format !== 'branchline-journal' || !Array.isArray(mutations) || !Array.isArray(rejected)) return null
    const who = (user as { name?: unknown } | undefined)?.name
    return {
      who: String(who ?? ''),
      at: String(exported_at ?? ''),
      waiting: mutations.length,
      refused: rejected.length,
    }
  } catch {
    return null
  }
}

/** `branchline-journal-B01-T3-2026-11-28-1842.json`: from which till, and when. */
export function journalName(from: string, at: Date): string {
  const two = (figure: number) => String(figure).padStart(2, '0')
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  const safe = from.replace(/[^\w-]+/g, '-')
  return `branchline-journal-${safe}-${day}-${two(at.getHours())}${two(at.getMinutes())}.json`
}

/** The till of this device as on its receipts; a device that is no till goes by the end of its id. */
export function sourceOf(client: Pick<Branchline, 'rows' | 'row' | 'deviceId'>): string {
  const till = client.rows('tills', { where: { device_id: client.deviceId } })[0]
  const branch = till && client.row('branches', String(till.branch_id))
  return till ? [branch?.code, till.code].filter(Boolean).join('-') : client.deviceId.slice(-6)
}

/** Hands everything unsent and refused to the person as a file. */
export async function saveJournal(client: Branchline): Promise<void> {
  const address = URL.createObjectURL(await client.outbox.exportJournal())
  const link = document.createElement('a')
  link.href = address
  link.download = journalName(sourceOf(client), new Date())
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
