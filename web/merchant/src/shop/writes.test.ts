import { expect, it } from 'vitest'
import { edited, isUntouched, type Names, textsOf, typed, untyped } from './writes.ts'

const fields = { name: { type: 'text' }, price: { type: 'money' }, colour: { type: 'json' } } as const
const client = {
  schema: { tables: { products: { title: 'name', fields } } },
  row: () => undefined,
} as unknown as Names

const typing = (field: keyof typeof fields | undefined) => ({
  field: field && (fields[field] as never),
  currency: 'EUR',
})

it('takes what was typed in the type of the field, amounts as they stand on a price tag', () => {
  expect(untyped('13.00', 1250, typing('price'))).toBe(1300)
  expect(untyped('007', 'x', typing('name'))).toBe('007')
  expect(untyped('', 5, typing(undefined))).toBeNull()
  expect(
    untyped('', 'c1', { field: { type: 'ref', table: 'categories' } as never, currency: 'EUR' }),
  ).toBeNull()
  expect(untyped('twelve', 5, typing(undefined))).toBe('twelve')
  expect(typed('007', typing('name'))).toBe('007')
  expect(typed(1250, typing('price'))).toBe('12.50')
  expect(typed(null, typing('price'))).toBe('null')
})

it('a field that was left out is not sent, and what nobody touched is sent as it was', () => {
  const writes = [
    { table: 'products', id: 'a', kind: 'update', fields: { price: 1250, colour: 'red', name: null } },
    { table: 'products', id: 'b', kind: 'delete' },
  ] as const
  const before = textsOf(writes, client, 'EUR')
  const texts = new Map(before).set('0.price', '13')
  texts.delete('0.colour')
  expect(edited(writes, texts, client, 'EUR')).toEqual([
    { table: 'products', id: 'a', kind: 'update', fields: { price: 1300, name: null } },
    { table: 'products', id: 'b', kind: 'delete' },
  ])
  expect(isUntouched(before, textsOf(writes, client, 'EUR'))).toBe(true)
  expect(isUntouched(texts, before)).toBe(false)
})
