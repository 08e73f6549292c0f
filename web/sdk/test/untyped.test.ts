// With no file of types everything may be asked for, and what comes is a row of any values.
import { expect, expectTypeOf, it } from 'vitest'
import { createBranchline, type Row, type Value } from '../src/index.ts'

it('tables that no types were written for are used by any name', () => {
  const client = createBranchline({ name: 'untyped' })
  const rows = client.rows('anything', { where: { colour: 'red' }, sort: '-colour' })
  const joined = client.rows('lines', { with: { product: 'product_id' }, sort: 'product.name' })

  expectTypeOf(rows).toEqualTypeOf<readonly Row[]>()
  expectTypeOf(rows[0]?.colour).toEqualTypeOf<Value | undefined>()
  expectTypeOf(joined[0]?.product?.name).toExtend<Value | undefined>()
  expect([rows, joined, client.row('anything', 'x')]).toEqual([[], [], undefined])
})
