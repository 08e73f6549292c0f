import type { Row } from '@branchline/client'
import { expect, it } from 'vitest'
import { closingWrite, expectedIn, openingWrite } from './drawer.ts'

const drawer = { id: 'd1', opening_float: 10_000, cash: -250 } as unknown as Row
const now = new Date('2026-11-28T18:00:00.000Z')

it('should hold what lay in it and the cash that came, less what went', () => {
  expect(expectedIn(drawer)).toBe(9_750)
  expect(expectedIn({ id: 'd2' } as unknown as Row)).toBe(0)
})

it('is closed with what was counted, whatever it should have been', () => {
  expect(closingWrite(drawer, 9_000, now)).toEqual({
    table: 'cash_sessions',
    id: 'd1',
    kind: 'update',
    fields: { status: 'closed', counted: 9_000, closed_at: '2026-11-28T18:00:00.000Z' },
  })
})

it('belongs to the till and the person that opened it', () => {
  const counter = { branchId: 'b1', tillId: 't1', cashierId: 'u1', cashierName: 'Ana' }
  expect(openingWrite(5_000, counter, 'd3', now).fields).toEqual({
    branch_id: 'b1',
    till_id: 't1',
    cashier_id: 'u1',
    cashier_name: 'Ana',
    opened_at: '2026-11-28T18:00:00.000Z',
    opening_float: 5_000,
    status: 'open',
  })
})
