import type { Row, TableDeclaration, Value } from '@branchline/client'
import { expect, it } from 'vitest'
import { columnsOf } from './columns.ts'
import { activeFilters, filtersOf, nextSort, queryOf, searchOf } from './filters.ts'

const visits: TableDeclaration = {
  title: 'purpose',
  fields: {
    purpose: { type: 'text', max: 200 },
    client_id: { type: 'ref', table: 'clients' },
    branch_id: { type: 'ref', table: 'branches' },
    date: { type: 'date' },
    at: { type: 'timestamp' },
    status: { type: 'enum', values: ['planned', 'done'] },
    paid: { type: 'boolean' },
    amount: { type: 'money' },
    staff_id: { type: 'text', max: 64 },
    note: { type: 'text' },
    extra: { type: 'json' },
  },
}

function matches(search: Record<string, string>, field: string, value: Value): boolean {
  const condition = queryOf(visits, search).where?.[field]
  return typeof condition === 'function' ? condition(value) : condition === value
}

it('offers the state and the branch first', () => {
  expect(filtersOf(visits).map((filter) => filter.name)).toEqual([
    'status',
    'branch_id',
    'client_id',
    'paid',
    'date',
    'at',
  ])
})

it('turns the address into a query', () => {
  expect(
    queryOf(visits, { q: 'roof', sort: '-amount', status: 'done', paid: 'false', row: 'x', unknown: 'y' }),
  ).toEqual({
    search: 'roof',
    sort: '-amount',
    where: { status: 'done', paid: false },
  })
  expect(queryOf(visits, { status: 'done,planned' }).where).toEqual({ status: ['done', 'planned'] })
})

it('takes in both ends of a range, and the whole last day of a timestamp', () => {
  const days = { 'date.from': '2026-11-01', 'date.to': '2026-11-21' }
  expect(matches(days, 'date', '2026-11-01')).toBe(true)
  expect(matches(days, 'date', '2026-11-21')).toBe(true)
  expect(matches(days, 'date', '2026-11-22')).toBe(false)
  expect(matches(days, 'date', null)).toBe(false)
  expect(matches({ 'at.to': '2026-11-21' }, 'at', '2026-11-21T23:59:59.000Z')).toBe(true)
})

it('counts a range as one filter and the search as none', () => {
  expect(
    activeFilters(visits, {
      q: 'x',
      sort: 'date',
      'date.from': '2026-11-01',
      'date.to': '2026-11-21',
      status: 'done',
    }),
  ).toBe(2)
})

it('sorts newest first unless told otherwise', () => {
  expect(queryOf(visits, {}).sort).toBe('-at')
  expect(nextSort(undefined, 'date')).toBe('date')
  expect(nextSort('date', 'date')).toBe('-date')
  expect(nextSort('-date', 'date')).toBeUndefined()
})

it('lists the name first and the state last, and leaves out what nobody can read', () => {
  expect(columnsOf(visits, 5).map((column) => column.name)).toEqual([
    'purpose',
    'client_id',
    'branch_id',
    'at',
    'status',
  ])
  expect(columnsOf(visits, 99).map((column) => column.name)).not.toContain('extra')
  expect(columnsOf(visits, 99).map((column) => column.name)).not.toContain('staff_id')
})

it('finds a shelf by its product, by its own place and by both together', () => {
  const shelves: TableDeclaration = {
    title: 'product_id',
    fields: {
      product_id: { type: 'ref', table: 'products' },
      shelf: { type: 'text', search: true },
      note: { type: 'text' },
    },
  }
  const find = (table: string, word: string) => (`${table}: butter`.includes(word) ? ['p1'] : [])
  const rows = [
    { id: '1', product_id: 'p1', shelf: 'A3', note: 'old' },
    { id: '2', product_id: 'p2', shelf: 'a3', note: null },
    { id: '3', product_id: 'p1', shelf: null, note: null },
  ] as unknown as Row[]
  const found = (q: string) =>
    rows.filter(searchOf(shelves, { q }, find) ?? (() => true)).map((row) => row.id)
  expect(found('Butter')).toEqual(['1', '3'])
  expect(found('a3')).toEqual(['1', '2'])
  expect(found('a3 butter')).toEqual(['1'])
  expect(found('old')).toEqual([])
  expect(found(' ')).toEqual(['1', '2', '3'])
  expect(queryOf(shelves, { q: 'butter', product_id: 'x' }).where).toEqual({ product_id: 'x' })
  expect(searchOf(visits, { q: 'roof' }, find)).toBeNull()
})
