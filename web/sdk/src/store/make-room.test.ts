import { expect, it } from 'vitest'
import { DiskFullError, saveOrMakeRoom } from './make-room.ts'

const now = Date.parse('2026-11-28T12:00:00Z')
const full = () => new DOMException('', 'QuotaExceededError')
const full2 = () =>
  new DOMException('Connection is closing because of: IO error: FILE_ERROR_NO_SPACE', 'UnknownError')

function room(failing = false) {
  const given: string[] = []
  const give = async (what: string) => {
    given.push(what)
    if (failing) throw full()
  }
  return { given, releaseReserve: () => give('reserve'), giveUpCopies: (before: string) => give(before) }
}

it('gives up the reserve first, then old copies, then all copies, and no more than it has to', async () => {
  for (const [failures, given] of [
    [0, []],
    [1, ['reserve']],
    [2, ['reserve', '2026-11-21T12:00:00.000Z']],
    [3, ['reserve', '2026-11-21T12:00:00.000Z', '9999']],
  ] as const) {
    let left = failures as number
    const spare = room()
    const saved = await saveOrMakeRoom(
      async () => {
        if (left-- > 0) throw left % 2 === 0 ? full() : full2()
        return 'saved'
      },
      spare,
      now,
    )
    expect(saved).toBe('saved')
    expect(spare.given).toEqual(given)
  }
})

it('says that the disk is full when nothing helps, also when giving up needs room itself', async () => {
  for (const spare of [room(), room(true)]) {
    let tries = 0
    const saving = saveOrMakeRoom(
      async () => {
        tries++
        throw full()
      },
      spare,
      now,
    )
    await expect(saving).rejects.toThrow(DiskFullError)
    await expect(saving).rejects.toThrow('The disk of this device is full')
    expect(tries).toBe(4)
  }
})

it('gives nothing up over another failure', async () => {
  const spare = room()
  const saving = saveOrMakeRoom(() => Promise.reject(new Error('refused')), spare, now)
  await expect(saving).rejects.toThrow('refused')
  expect(spare.given).toEqual([])
})
