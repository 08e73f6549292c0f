import { expect, it } from 'vitest'
import { formatMoney, parseMoney, plainMoney } from './money.ts'

it('writes the smallest unit as the currency is written', () => {
  expect(formatMoney(1250, 'USD')).toBe('$12.50')
  expect(formatMoney(-5, 'USD')).toBe('-$0.05')
  expect(formatMoney(1250, 'JPY')).toBe('¥1,250')
})

it('reads what a person types without losing a cent', () => {
  expect(parseMoney('12.5', 'USD')).toBe(1250)
  expect(parseMoney('12,50', 'EUR')).toBe(1250)
  expect(parseMoney('.05', 'USD')).toBe(5)
  expect(parseMoney('-3', 'USD')).toBe(-300)
  expect(parseMoney('19.99', 'USD')).toBe(1999)
  expect(parseMoney('1250', 'JPY')).toBe(1250)
})

it('refuses what is not an amount of that currency', () => {
  for (const text of ['', '.', 'abc', '1.234', '1.2.3', '--1']) expect(parseMoney(text, 'USD')).toBeNull()
  expect(parseMoney('12.5', 'JPY')).toBeNull()
})

it('gives inputs the figure alone', () => {
  expect(plainMoney(1250, 'USD')).toBe('12.50')
  expect(plainMoney(1250, 'JPY')).toBe('1250')
})
