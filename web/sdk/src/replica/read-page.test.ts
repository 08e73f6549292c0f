import { describe, expect, it } from 'vitest'
import type { Change, Page } from '../protocol/messages.ts'
import type { StoredRow } from '../store/databases.ts'
import { BaseRows } from './base-rows.ts'
import { readChunk, readNews, readPage } from './read-page.ts'

const stamp = '0193f0a1b2c30000-d'

function change(
  seq: number,
  kind: Change['kind'],
  fields: Change['fields'] = {},
  n = 1,
  device = 'other',
): Change {
  return { seq, table: 'orders', id: 'o1', kind, fields, at: stamp, device, n }
}

function page(
  scope: string,
  changes: readonly Change[],
  from = 'e.0',
  to = 'e.99',
): Extract<Page, { kind: 'changes' }> {
  return { kind: 'changes', scope, from, to, more: false, changes }
}

/** The row after these pages, in this order. */
function after(...pages: readonly ReturnType<typeof page>[]): StoredRow | undefined {
  const base = new BaseRows()
  for (const one of pages) base.apply(readPage(base, one, 'e.0', 'mine'))
  return base.get('orders', 'o1')
}

describe('reading pages', () => {
  it('merges what changed and leaves the other fields', () => {
    const row = after(
      page('a', [change(1, 'enter', { status: 'draft', total: 5 }), change(2, 'set', { status: 'paid' })]),
    )
    expect(row?.fields).toEqual({ status: 'paid', total: 5 })
  })

  it('skips what lies before the cursor', () => {
    const base = new BaseRows()
    base.apply(
      readPage(
        base,
        page('a', [change(1, 'enter', { total: 1 }), change(2, 'set', { total: 2, created_at: 't' })]),
        'e.1',
        'mine',
      ),
    )
    expect(base.get('orders', 'o1')?.fields).toEqual({ total: 2, created_at: 't' })
  })

  it('makes no row of a patch: its row was gone when the snapshot was read', () => {
    expect(after(page('a', [change(79, 'set', { total: 2 })]))).toBeUndefined()
    expect(after(page('a', [change(79, 'set', { total: 2 }), change(83, 'delete')]))).toBeUndefined()
    expect(after(page('a', [change(79, 'set', { total: 2, created_at: 't' })]))).toBeDefined()
  })

  it('a row that moves from one scope to another stays, in whichever order the two feeds come', () => {
    const from = page('a', [change(1, 'enter', { total: 1 }), change(2, 'leave')])
    const to = page('b', [change(3, 'enter', { total: 1 })])
    expect(after(from, to)?.scope).toBe('b')
    expect(after(to, from)?.scope).toBe('b')
  })

  it('a row that went there and back again is where it ended', () => {
    const home = page('a', [
      change(1, 'enter', { total: 1 }),
      change(2, 'leave'),
      change(5, 'enter', { total: 2 }),
    ])
    const away = page('b', [change(3, 'enter', { total: 1 }), change(4, 'leave')])
    expect(after(home, away)).toMatchObject({ scope: 'a', fields: { total: 2 } })
    expect(after(away, home)).toMatchObject({ scope: 'a', fields: { total: 2 } })
  })

  it('a page read twice changes nothing', () => {
    const one = page('a', [change(1, 'enter', { total: 1 }), change(2, 'set', { total: 2 })])
    expect(after(one, one)).toEqual(after(one))
  })

  it('remembers which of the own mutations a row contains', () => {
    const row = after(page('a', [change(1, 'enter', {}, 4, 'mine'), change(2, 'set', { total: 1 }, 9)]))
    expect(row?.mine).toEqual({ device: 'mine', n: 4 })
  })

  it('a snapshot does not undo what is newer', () => {
    const base = new BaseRows()
    base.apply(readPage(base, page('a', [change(7, 'enter', { total: 7 })]), 'e.0', 'mine'))
    const parts = [{ table: 'orders', columns: ['id', 'total'], rows: [['o1', 5]] }]
    base.apply(readChunk(base, { scope: 'a', cursor: 'e.5', parts, next: null }, { device: 'mine', n: 0 }))
    expect(base.get('orders', 'o1')?.fields).toEqual({ total: 7 })
  })

  it('what another tab read as a snapshot comes as its pack, and does not undo what is newer either', () => {
    const parts = [
      {
        table: 'orders',
        columns: ['id', 'total'],
        rows: [
          ['o1', 5],
          ['o2', 6],
        ],
      },
    ]
    const chunk = { scope: 'a', cursor: 'e.5', parts, next: null }
    const told = { ...readChunk(new BaseRows(), chunk, { device: 'mine', n: 0 }), puts: [] }
    const base = new BaseRows()
    base.apply(readPage(base, page('a', [change(7, 'enter', { total: 7 })]), 'e.0', 'mine'))
    base.apply(readNews(base, told))
    expect(base.get('orders', 'o1')?.fields).toEqual({ total: 7 })
    expect(base.get('orders', 'o2')?.fields).toEqual({ total: 6 })
  })
})
