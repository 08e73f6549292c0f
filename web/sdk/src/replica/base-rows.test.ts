import { expect, it } from 'vitest'
import type { StoredRow } from '../store/databases.ts'
import { BaseRows } from './base-rows.ts'

function row(n: number, name: string): StoredRow {
  return { table: 'products', id: `p${n}`, scope: 'everyone', seq: 1, fields: { name } }
}

it('a large scope is counted a little at a time, and rows that change meanwhile count as they are then', async () => {
  const rows = Array.from({ length: 60_000 }, (_, n) => row(n, `Product number ${n}`))
  const base = new BaseRows()
  base.apply({ puts: rows, removed: [] })
  let isDone = false
  const counting = base.count('everyone').then(() => (isDone = true))
  expect(base.isCounted('everyone')).toBe(false)
  base.apply({ puts: [row(0, 'Renamed')], removed: [['products', 'p59999']] })
  let turns = 0
  for (; !isDone; turns++) await new Promise((resolve) => setTimeout(resolve))
  await counting
  expect(turns).toBeGreaterThan(1)

  const whole = new BaseRows()
  whole.apply({ puts: [row(0, 'Renamed'), ...rows.slice(1, -1)], removed: [] })
  expect(base.isCounted('everyone')).toBe(true)
  expect(base.checksumOf('everyone')).toEqual(whole.checksumOf('everyone'))
})

it('a small scope is counted at once', () => {
  const base = new BaseRows()
  base.apply({ puts: [row(1, 'Rice')], removed: [] })
  void base.count('everyone')
  expect(base.isCounted('everyone')).toBe(true)
})
