import type { Row } from '@branchline/client'
import { expect, it } from 'vitest'
import { afterMovement, isMovement, movementWrite } from './stock.ts'

const shelf = { id: 's', product_id: 'rice', branch_id: 'b', quantity: 10 } as unknown as Row
const now = new Date('2026-11-21T08:00:00Z')

it('says beforehand what a movement will make of the shelf', () => {
  expect(afterMovement(10, 'in', 5)).toBe(15)
  expect(afterMovement(10, 'out', 5)).toBe(5)
  expect(afterMovement(10, 'adjust', -3)).toBe(7)
  expect(afterMovement(10, 'count', 4)).toBe(4)
})

it('takes goods out as a negative entry and states a count as it is', () => {
  expect(
    movementWrite(shelf, { action: 'out', quantity: 5, reason: ' broken ' }, 'u', 'm', now).fields,
  ).toMatchObject({ kind: 'out', quantity: -5, reason: 'broken' })
  expect(
    movementWrite(shelf, { action: 'count', quantity: 4, reason: '' }, 'u', 'm', now).fields,
  ).toMatchObject({ kind: 'count', quantity: 4, reason: null })
})

it('refuses what is not a movement', () => {
  expect(isMovement('in', 0)).toBe(false)
  expect(isMovement('in', -1)).toBe(false)
  expect(isMovement('adjust', 0)).toBe(false)
  expect(isMovement('adjust', -2)).toBe(true)
  expect(isMovement('count', 0)).toBe(true)
  expect(isMovement('count', 1.5)).toBe(false)
  expect(isMovement('out', null)).toBe(false)
})
