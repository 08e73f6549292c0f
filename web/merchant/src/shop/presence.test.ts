import type { Row } from '@branchline/client'
import { expect, it } from 'vitest'
import { branchChannel, rowChannel, together } from './presence.ts'

const row = (fields: Record<string, string | null>): Row => ({
  id: 'r1',
  $pending: false,
  $fromCache: false,
  ...fields,
})

it('who looks at a row is seen at the row’s own branch, not at the one the looker works at', () => {
  expect(rowChannel('orders', row({ branch_id: 'b1' }))).toBe('presence-branch.b1.row.orders.r1')
  expect(rowChannel('branches', row({}))).toBe('presence-branch.r1.row.branches.r1')
})

it('a row of no branch is looked at by everybody', () => {
  expect(rowChannel('products', row({}))).toBe('presence-everyone.row.products.r1')
  expect(rowChannel('clients', row({ branch_id: null }))).toBe('presence-everyone.row.clients.r1')
})

it('without a row or a branch nobody is seen', () => {
  expect(rowChannel('orders', undefined)).toBeNull()
  expect(branchChannel('')).toBeNull()
})

it('whoever is in two channels is shown once', () => {
  const ada = { id: '1', name: 'Ada', role: 'admin' }
  const bob = { id: '2', name: 'Bob', role: 'cashier' }
  expect(together([bob, ada], [ada])).toEqual([ada, bob])
})
