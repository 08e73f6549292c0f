import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it } from 'vitest'
import { Clock } from '../clock.ts'
import type { MutationOutcome, PushReply } from '../protocol/messages.ts'
import { type DeviceDatabase, type OutboxEntry, openDeviceDatabase } from '../store/databases.ts'
import { OutboxStore } from './outbox-store.ts'

let db: DeviceDatabase
let outbox: OutboxStore
let profiles = 0

beforeEach(async () => {
  db = await openDeviceDatabase(`outbox-${++profiles}`)
  outbox = new OutboxStore(db, 'ana', new Clock())
  await outbox.load()
})

const product = { table: 'products', id: '0193f0a1-0000-7000-8000-000000000001', kind: 'insert' as const }

async function save(name: string): Promise<OutboxEntry> {
  const writes = [{ ...product, fields: { name } }]
  return (await outbox.save({ writes, base: null, strict: false, series: {} })).entry
}

function reply(epoch: string, entries: readonly OutboxEntry[], refused: readonly string[] = []): PushReply {
  const outcomes = entries.map(
    ({ mutation: { n, id } }): MutationOutcome =>
      refused.includes(id)
        ? { kind: 'rejected', code: 'required', reason: 'No', n, id }
        : { kind: 'applied', seq: n, n, id },
  )
  return { incarnation: 'i', epoch, outcomes, time: '2026-11-21T08:00:00.000Z' }
}

describe('the outbox on disk', () => {
  it('keeps what was applied, not what was refused, and has it wait again after a restore, in its order', async () => {
    const entries = [await save('one'), await save('two'), await save('three')]
    const { device } = await outbox.load()
    const [, two] = entries
    await outbox.settle({ device, entries }, reply('e1', entries, [two?.mutation.id ?? '']), true)
    expect((await outbox.load()).entries).toEqual([])
    await save('four')
    await outbox.becomeNewDevice({ isRestored: true })
    const after = await outbox.load()
    const names = after.entries.map(({ mutation }) => mutation.writes[0]?.fields.name)
    expect(names).toEqual(['one', 'three', 'four'])
    expect(after.entries.map(({ state, mutation }) => [state, mutation.n, mutation.device])).toEqual(
      [1, 2, 3].map((n) => ['waiting', n, after.device.device]),
    )
    expect(after.device.device).not.toBe(device.device)
    const tx = await db.begin(['sent'])
    expect(await tx.objectStore('sent').count()).toBe(0)
  })

  it('knows in which life of the log an answer was given that came under a former id', async () => {
    const entries = [await save('one')]
    const { device } = await outbox.load()
    await outbox.becomeNewDevice({ isRestored: true })
    await outbox.settle({ device, entries }, reply('e1', entries), true)
    const after = await outbox.load()
    expect(after.device.answered).toEqual({ epoch: 'e1', n: 0 })
    expect(after.device.incarnation).toBe(null)
  })

  it('has in the tray what head office refused after the branch had applied it, and knows what is final', async () => {
    const entries = [await save('one'), await save('two')]
    const { device } = await outbox.load()
    await outbox.settle({ device, entries }, reply('e1', entries), true)
    await outbox.hear({ n: 0, refused: [], heard: 'e1.0' }, device.device)
    expect((await outbox.load()).device.final).toEqual({ n: 0, heard: 'e1.0', refused: [] })
    const [first] = entries
    if (first === undefined) throw new Error('nothing was saved')
    const { n, id } = first.mutation
    const outcome = {
      kind: 'rejected' as const,
      code: 'row_deleted',
      reason: 'Head office refused it',
      n,
      id,
    }
    const refused = { mutation: first.mutation, outcome, at: '2026-11-21T08:00:00.000Z' }
    await outbox.hear({ n: 2, refused: [refused], heard: 'e1.1' }, device.device)
    const after = await outbox.load()
    expect(after.tray.map(({ id, reason }) => [id, reason])).toEqual([[id, 'Head office refused it']])
    expect(after.device.final).toEqual({ n: 2, heard: 'e1.1', refused: [id] })
    await outbox.dismiss(id)
    await outbox.hear({ n: 2, refused: [refused], heard: 'e2.1' }, device.device)
    expect((await outbox.load()).tray).toEqual([])
    await outbox.hear({ n: 1, refused: [], heard: 'e2.1' }, 'another id')
    expect((await outbox.load()).device.final?.n).toBe(2)
    await outbox.becomeNewDevice({ isRestored: false })
    expect((await outbox.load()).device).toMatchObject({ formers: [device.device], final: { n: 0 } })
    await outbox.hear(undefined, (await outbox.load()).device.device)
    expect((await outbox.load()).device.final).toBeUndefined()
  })

  it('forgets the oldest of what was sent', async () => {
    const first = await save('one')
    const { device } = await outbox.load()
    const many = Array.from({ length: 2300 }, (_, i) => ({
      ...first,
      order: i + 1,
      mutation: { ...first.mutation, n: i + 1, id: `m${i}` },
    }))
    for (let at = 0; at < many.length; at += 100) {
      const entries = many.slice(at, at + 100)
      await outbox.settle({ device, entries }, reply('e1', entries), true)
    }
    const tx = await db.begin(['sent'])
    const kept = await tx.objectStore('sent').getAllKeys()
    expect(kept.length).toBeGreaterThanOrEqual(2000)
    expect(kept.length).toBeLessThan(2200)
    expect(kept.at(-1)).toBe(2300)
    expect((await outbox.load()).device.answered).toEqual({ epoch: 'e1', n: 2300 })
  })
})
