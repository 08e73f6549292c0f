import { expect, it } from 'vitest'
import { formatInstant } from './time.ts'

it('may be broken in one place only, between the day and the time', () => {
  const text = formatInstant(new Date(2026, 10, 16, 7, 20))
  expect(text.replaceAll(/\s/g, ' ')).toMatch(/16.*2026.*7:20/)
  expect(text.split(' ')).toHaveLength(2)
})
