import type { Row } from '@branchline/client'
import { expect, it } from 'vitest'
import { columnsOf } from './columns.ts'

function order(id: string, status: string, fields: Record<string, string> = {}): Row {
  return { id, status, $pending: false, $fromCache: false, ...fields } as unknown as Row
}

const states = ['draft', 'for_release', 'released']
const ids = (rows: readonly Row[], search = '') =>
  columnsOf(rows, states, search, '2026-11-21', () => '').map((column) => column.rows.map((row) => row.id))

it('puts each order into the column of its state and leaves the others out', () => {
  expect(
    ids([order('1', 'draft'), order('2', 'for_release'), order('3', 'cancelled'), order('4', 'draft')]),
  ).toEqual([['1', '4'], ['2'], []])
})

it('shows only what was released today, newest first', () => {
  const rows = [
    order('1', 'released', { released_at: '2026-11-20T08:00:00Z' }),
    order('2', 'released', { released_at: '2026-11-21T08:00:00Z' }),
    order('3', 'released', { released_at: '2026-11-21T09:00:00Z' }),
  ]
  expect(ids(rows)[2]).toEqual(['3', '2'])
})

it('finds by number, name and telephone', () => {
  const rows = [
    order('1', 'draft', { number: 'O-1', client_name: 'Ana Reyes' }),
    order('2', 'draft', { client_phone: '555 01' }),
  ]
  expect(ids(rows, 'rey o-1')[0]).toEqual(['1'])
  expect(ids(rows, '555')[0]).toEqual(['2'])
})
