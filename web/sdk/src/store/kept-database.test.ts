import 'fake-indexeddb/auto'
import { openDB } from 'idb'
import { afterEach, expect, it, vi } from 'vitest'
import { Clock } from '../clock.ts'
import { OutboxStore } from '../outbox/outbox-store.ts'
import { type DeviceDatabase, openDeviceDatabase } from './databases.ts'

let profiles = 0
const opened: DeviceDatabase[] = []

async function open(name = `kept-${++profiles}`): Promise<DeviceDatabase> {
  const db = await openDeviceDatabase(name)
  opened.push(db)
  return db
}

afterEach(() => {
  vi.restoreAllMocks()
  for (const db of opened.splice(0)) db.close()
})

const writes = [
  { table: 'products', id: '0193f0a1-0000-7000-8000-000000000001', kind: 'insert' as const, fields: {} },
]
const draft = { writes, base: null, strict: true, series: {} }

it('is opened again when a phone has taken the handle away', async () => {
  const db = await open()
  await db.put('receipts', 7, 'B01-T1')
  vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementationOnce(() => {
    throw new DOMException('The database connection is closing.', 'InvalidStateError')
  })
  expect(await db.get('receipts', 'B01-T1')).toBe(7)
})

it('gives way to a newer version of the app, says so, and goes on reading and writing what it knows', async () => {
  const db = await open(`kept-${++profiles}`)
  const told = vi.fn()
  db.onOutdated(told)
  await db.put('receipts', 7, 'B01-T1')
  const newer = await openDB(`kept-${profiles}`, 99, {
    upgrade: (later) => void later.createObjectStore('of_later'),
  })
  expect(told).toHaveBeenCalledTimes(1)
  expect(await db.get('receipts', 'B01-T1')).toBe(7)
  await db.put('receipts', 8, 'B01-T1')
  expect(await newer.get('receipts', 'B01-T1')).toBe(8)
  newer.close()
})

it('brings what an older version of the app kept along', async () => {
  const name = `kept-${++profiles}`
  const older = await openDB(name, 1, {
    upgrade(db) {
      db.createObjectStore('session')
      db.createObjectStore('devices', { keyPath: 'user' })
      db.createObjectStore('outbox', { keyPath: 'order', autoIncrement: true }).createIndex('user', 'user')
      db.createObjectStore('tray', { keyPath: 'id' }).createIndex('user', 'user')
      db.createObjectStore('receipts')
    },
  })
  const mutation = { device: 'd1', n: 1, id: 'm1', at: '0193f0a100000000-d1', base: null, writes }
  await older.put('devices', {
    user: 'ana',
    device: 'd1',
    n: 1,
    incarnation: null,
    clock: { ms: 1, counter: 0 },
  })
  await older.add('outbox', { user: 'ana', state: 'waiting', queuedAt: 1, mutation })
  older.close()
  const outbox = new OutboxStore(await open(name), 'ana', new Clock())
  const { entries, device } = await outbox.load()
  expect(entries.map((entry) => entry.mutation)).toEqual([mutation])
  expect(device.device).toBe('d1')
  expect((await outbox.save(draft)).entry.mutation.n).toBe(2)
})

it.each([
  ['before it was on the disk', true],
  ['after it was on the disk', false],
])('a sale whose handle was lost %s is saved once', async (_, isBefore) => {
  const db = await open()
  const outbox = new OutboxStore(db, 'ana', new Clock())
  await outbox.load()
  const begin = db.begin.bind(db)
  vi.spyOn(db, 'begin').mockImplementationOnce(async (...asked) => {
    const tx = await begin(...asked)
    const done = tx.done.then(() => {
      throw new DOMException('Connection to Indexed Database server lost.', 'UnknownError')
    })
    done.catch(() => {})
    if (isBefore) queueMicrotask(() => tx.abort())
    return new Proxy(tx, {
      get: (target, name) => {
        if (name === 'done') return isBefore ? target.done : done
        const value = Reflect.get(target, name, target) as unknown
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  })
  const { entry } = await outbox.save(draft)
  const after = await outbox.load()
  expect(after.entries.map((one) => [one.mutation.n, one.mutation.id])).toEqual([[1, entry.mutation.id]])
  expect(after.device.n).toBe(1)
})
