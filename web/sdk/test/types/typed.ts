// Compiled, never run: with the file that `branchline types --typescript` wrote in the program, the tables are known.
import { createBranchline, type Row } from '@branchline/client'
import { useMutate, useRow, useTable } from '@branchline/client/react'
import type { Category, Product } from '../../../../docs/guide/react/tables.ts'

const client = createBranchline()

export function Known() {
  const { rows } = useTable('products', {
    where: { status: 'active', price: (price) => price > 100 },
    sort: ['name', '-price'],
  })
  const names: readonly string[] = rows.map((row) => row.name)
  const pending: readonly boolean[] = rows.map((row) => row.$pending)
  const prices: number | undefined = useRow('products', 'rice')?.price
  return [names, pending, prices]
}

export function Joined() {
  const { rows } = useTable('products', {
    with: { category: 'category_id' },
    where: { 'category.name': 'Drinks' },
    sort: '-category.name',
  })
  const category: Category | null | undefined = rows[0]?.category
  const product: Product | undefined = rows[0]
  // @ts-expect-error A category has a name, and no price.
  rows[0]?.category?.price
  return [category, product]
}

export function Mistaken() {
  // @ts-expect-error There is no such table.
  useTable('prodcuts')
  // @ts-expect-error Products have no colour.
  useTable('products', { where: { colour: 'red' } })
  // @ts-expect-error A status is active or archived.
  useTable('products', { where: { status: 'gone' } })
  // @ts-expect-error Nothing to sort by.
  useTable('products', { sort: 'colour' })
  // @ts-expect-error No field of products names a category so.
  useTable('products', { with: { category: 'category' } })
  // @ts-expect-error A product's name is text.
  const price: number | undefined = useRow('products', 'rice')?.name
  return price
}

export function Written() {
  const mutate = useMutate()
  void mutate([{ table: 'products', id: 'rice', kind: 'update', fields: { price: 1250, status: null } }])
  void mutate([
    { table: 'sales', id: 's', kind: 'insert', fields: { receipt_number: { $receipt: 'B01-T1' } } },
  ])
  // @ts-expect-error A price is a number.
  void mutate([{ table: 'products', id: 'rice', kind: 'update', fields: { price: '12.50' } }])
  // @ts-expect-error Products have no colour.
  void client.mutate([{ table: 'products', id: 'rice', kind: 'update', fields: { colour: 'red' } }])
  const row: Row | undefined = undefined
  return row
}
