/** Copies of the last days are kept on a full disk for as long as that is possible. */
const keptDays = 7
const ofAnyTime = '9999'

/** What can be given up on a full disk; none of it waits to be sent. */
export interface Room {
  /** The room that is held for this. */
  releaseReserve(): Promise<void>
  /** Copies of what the node has too, made before this time. */
  giveUpCopies(madeBefore: string): Promise<void>
}

/** Nothing was saved: this device has no room, and nothing is left that may be given up. */
export class DiskFullError extends Error {
  override readonly name = 'DiskFullError'
  readonly code = 'disk_full'

  constructor(cause: unknown) {
    super('The disk of this device is full. Make room on it, then try again.', { cause })
  }
}

/** No room: by the browser's own measure, or, as Chromium says it, because the system's disk has none. */
export function isDiskFull(error: unknown): boolean {
  const { name, message } = error as DOMException
  return name === 'QuotaExceededError' || /NO_SPACE|disk.*full|ENOSPC/i.test(message)
}

/**
 * Saves, and makes room on a full disk: the reserve goes first, with the copies of what is older than a week; then all copies. What
 * waits here is never given up. Throws `DiskFullError` when there is no room even then.
 */
export async function saveOrMakeRoom<T>(save: () => Promise<T>, room: Room, now: number): Promise<T> {
  const weekAgo = new Date(now - keptDays * 86_400_000).toISOString()
  const steps = [
    () => room.releaseReserve(),
    () => room.giveUpCopies(weekAgo),
    () => room.giveUpCopies(ofAnyTime),
  ]
  for (;;) {
    try {
      return await save()
    } catch (error) {
      const step = steps.shift()
      if (!isDiskFull(error)) throw error
      if (step === undefined) throw new DiskFullError(error)
      await step().catch((failure: unknown) => {
        if (!isDiskFull(failure)) throw failure
      })
    }
  }
}
