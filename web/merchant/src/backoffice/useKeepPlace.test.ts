import type { Row } from '@branchline/client'
import { expect, it } from 'vitest'
import { shiftOf } from './useKeepPlace.ts'

const rows = (...ids: string[]) => ids.map((id) => ({ id }) as unknown as Row)

it('follows the first row in sight when others come in above it', () => {
  expect(shiftOf(rows('a', 'b', 'c'), rows('x', 'y', 'a', 'b', 'c'), 1)).toBe(2)
  expect(shiftOf(rows('a', 'b', 'c'), rows('b', 'c'), 1)).toBe(-1)
})

it('stays when something changes below or the row in sight is gone', () => {
  expect(shiftOf(rows('a', 'b', 'c'), rows('a', 'b', 'x', 'c'), 1)).toBe(0)
  expect(shiftOf(rows('a', 'b', 'c'), rows('a', 'c'), 1)).toBe(-1)
  expect(shiftOf(rows('a'), rows(), 0)).toBe(0)
})
