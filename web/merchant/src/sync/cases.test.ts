import { expect, it } from 'vitest'
import { byRow, sideText, valueText } from './cases.ts'
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
