import { expect, it } from 'vitest'
import { byRow, edited, sideText, typed, untyped, valueText } from './cases.ts'
import type { Conflict } from './model.ts'

const client = {
  schema: {
    tables: {
      products: {
        title: 'name',
        fields: {
          name: { type: 'text' },
          price: { type: 'money' },
          active: { type: 'boolean' },
          category: { type: 'ref', table: 'categories' },
        },
      },
      categories: { title: 'name', fields: { name: { type: 'text' } } },
    },
  },
  row: (table: string, id: string) => (table === 'categories' ? { id, name: 'Dairy' } : undefined),
} as unknown as Parameters<typeof valueText>[0]

const conflict = (id: number, row: string, field: string): Conflict => ({
  id,
  state: 'settled',
  table: 'products',
  row,
  field,
  policy: 'last-writer-wins',
  kept: { value: 1, at: null, device: null, user: null },
  lost: { value: 2, at: null, device: null, user: null },
  foundAt: '2026-11-28T09:00:00.000Z',
})

it('puts the fields of one row side by side', () => {
  const groups = byRow([conflict(3, 'a', 'price'), conflict(2, 'b', 'price'), conflict(1, 'a', 'name')])
  expect(groups.map((group) => group.map(({ id }) => id))).toEqual([[3, 1], [2]])
})

it('shows values as people read them', () => {
  const text = (field: string, value: unknown) => valueText(client, 'products', field, value, 'EUR')
  expect(text('price', 1250)).toContain('12.50')
  expect(text('active', true)).toBe('Yes')
  expect(text('category', 'c1')).toBe('Dairy')
  expect(text('name', null)).toBe('nothing')
  expect(text('colour', { deep: 1 })).toBe('{"deep":1}')
})

it('names who wrote a value by person, else by device', () => {
  expect(sideText({ value: 1, at: null, device: 'till-1', user: { id: 'u', name: 'Ana' } })).toBe('Ana')
  expect(sideText({ value: 1, at: null, device: 'till-1', user: null })).toBe('till-1')
  const device = '01a22224-d508-7461-8a3b-0df1cb373206'
  expect(sideText({ value: 1, at: null, device, user: { id: 'u', name: null } })).toBe('Device …373206')
})

it('takes what was typed in the type of the field', () => {
  const { products } = (client.schema as NonNullable<typeof client.schema>).tables
  expect(untyped('1300', 1250, products?.fields.price)).toBe(1300)
  expect(untyped('007', 'x', products?.fields.name)).toBe('007')
  expect(untyped('', 5, undefined)).toBeNull()
  expect(untyped('twelve', 5, undefined)).toBe('twelve')
  expect([typed('007'), typed(7), typed(null)]).toEqual(['007', '7', 'null'])
})

it('a field that was left out is not sent', () => {
  const writes = [
    { table: 'products', id: 'a', kind: 'update', fields: { price: 1250, colour: 'red' } },
    { table: 'products', id: 'b', kind: 'delete' },
  ] as const
  expect(edited(writes, new Map([['0.price', '1300']]), client)).toEqual([
    { table: 'products', id: 'a', kind: 'update', fields: { price: 1300 } },
    { table: 'products', id: 'b', kind: 'delete' },
  ])
})
