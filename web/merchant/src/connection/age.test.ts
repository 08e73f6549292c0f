import { expect, it } from 'vitest'
import { oldAge } from './age.ts'

const minutesAgo = (minutes: number) => new Date(1_000_000_000 - minutes * 60_000)
const age = (minutes: number, kind: Parameters<typeof oldAge>[1]) =>
  oldAge(minutesAgo(minutes), kind, 1_000_000_000)

it('says how long the oldest has waited once that is not usual any more', () => {
  expect(age(0.5, 'live')).toBeNull()
  expect(age(1, 'live')).toBe(60)
  expect(age(4, 'offline')).toBeNull()
  expect(age(5, 'offline')).toBe(300)
  expect(age(6, 'sign_in_needed')).toBe(360)
  expect(oldAge(null, 'live', 0)).toBeNull()
})
