import type { CompiledSchema } from '@branchline/client'
import { expect, it } from 'vitest'
import { movesFrom } from './moves.ts'

const schema = {
  hash: '',
  tables: {
    orders: {
      fields: {},
      workflow: {
        field: 'status',
        start: 'draft',
        moves: [
          { from: ['draft'], to: 'awaiting_payment', roles: ['cashier', 'manager'] },
          { from: ['draft', 'awaiting_payment'], to: 'cancelled', roles: ['manager'] },
          { from: ['for_release'], to: 'released', roles: ['*'] },
        ],
      },
    },
  },
} as unknown as CompiledSchema

it('offers only the moves of the state that the role may make', () => {
  expect(movesFrom(schema, 'orders', 'draft', 'cashier')).toEqual(['awaiting_payment'])
  expect(movesFrom(schema, 'orders', 'draft', 'manager')).toEqual(['awaiting_payment', 'cancelled'])
  expect(movesFrom(schema, 'orders', 'for_release', 'releasing')).toEqual(['released'])
  expect(movesFrom(schema, 'orders', 'cancelled', 'manager')).toEqual([])
})

it('offers nothing before the schema is there', () => {
  expect(movesFrom(null, 'orders', 'draft', 'cashier')).toEqual([])
})
