import type { FieldDeclaration } from '@branchline/client'
import { expect, it } from 'vitest'
import { fromInput, toInput } from './input.ts'

const of = (type: FieldDeclaration['type']): FieldDeclaration => ({ type })

it('gives back what it was given, for every kind of field', () => {
  const values = [
    ['text', 'Rice'],
    ['money', 1250],
    ['integer', -3],
    ['decimal', 5.25],
    ['boolean', false],
    ['date', '2026-11-21'],
    ['timestamp', '2026-11-21T08:30:00.000Z'],
    ['json', { a: [1, null] }],
  ] as const
  for (const [type, value] of values)
    expect(fromInput(of(type), toInput(of(type), value, 'USD'), 'USD')).toEqual({ ok: true, value })
})

it('takes nothing typed for nothing', () => {
  expect(fromInput(of('money'), '  ', 'USD')).toEqual({ ok: true, value: null })
  expect(toInput(of('date'), null, 'USD')).toBe('')
})

it('says what is wrong instead of guessing', () => {
  expect(fromInput(of('integer'), '2.5', 'USD').ok).toBe(false)
  expect(fromInput(of('money'), '1.234', 'USD').ok).toBe(false)
  expect(fromInput(of('decimal'), 'much', 'USD').ok).toBe(false)
  expect(fromInput(of('json'), '{', 'USD').ok).toBe(false)
})
