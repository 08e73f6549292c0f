import type { Row, TableDeclaration } from '@branchline/client'
import { expect, it } from 'vitest'
import { formFields, patchOf } from './form.ts'

const table: TableDeclaration = {
  workflow: { field: 'status', start: 'new', moves: [] },
  fields: {
    name: { type: 'text', required: true },
    price: { type: 'money' },
    number: { type: 'text', merge: 'write-once' },
    quantity: { type: 'integer', sum: { ledger: 'l', field: 'q', match: {} } },
    status: { type: 'enum', values: ['new'] },
  },
}
const row = { id: '1', name: 'Rice', price: 100, number: 'A-1', quantity: 4 } as unknown as Row

it('asks a new row only for what a person can say', () => {
  expect(formFields(table, undefined).map((field) => field.name)).toEqual(['name', 'price', 'number'])
})

it('shows what is kept without letting it be typed', () => {
  expect(
    formFields(table, row)
      .filter((field) => field.kept)
      .map((field) => field.name),
  ).toEqual(['number', 'quantity'])
})

it('lets nobody move a shelf to another product: its ledger would not move along', () => {
  const match = { product_id: 'product_id' }
  const shelves: TableDeclaration = {
    fields: {
      product_id: { type: 'ref', table: 'products', required: true },
      quantity: { type: 'integer', sum: { ledger: 'l', field: 'q', match } },
    },
  }
  const shelf = { id: '1', product_id: 'p1', quantity: 4 } as unknown as Row
  expect(formFields(shelves, shelf).every((field) => field.kept)).toBe(true)
  expect(formFields(shelves, undefined)).toMatchObject([{ name: 'product_id', kept: false }])
})

it('sends of a row only the fields that were touched, also when they were emptied', () => {
  const patch = patchOf(
    formFields(table, row),
    { name: 'Rice', price: '', number: 'A-2' },
    { price: true, number: true },
    'USD',
  )
  expect(patch).toEqual({ values: { price: null }, problems: [] })
})

it('sends of a new row nothing that was left empty', () => {
  expect(
    patchOf(formFields(table, undefined), { name: 'Tea', price: '1.50', number: '' }, null, 'USD').values,
  ).toEqual({ name: 'Tea', price: 150 })
})

it('names the field that cannot be read', () => {
  expect(
    patchOf(formFields(table, undefined), { name: 'Tea', price: 'much' }, null, 'USD').problems,
  ).toMatchObject([{ field: 'price' }])
})
