import { expect, it } from 'vitest'
import { changeOf, paidSoFar, pay, quickAmounts } from './payment.ts'

it('gives change for cash and books only what was due', () => {
  const payment = pay('cash', 1250, 2000)
  expect(payment).toEqual({ method: 'cash', amount: 1250, tendered: 2000 })
  expect(changeOf([payment])).toBe(750)
})

it('never takes more from a card than is due', () => {
  expect(pay('card', 1250, 5000)).toEqual({ method: 'card', amount: 1250 })
})

it('splits one sale between card and cash', () => {
  const card = pay('card', 3000, 1000, 'VISA 4242')
  const cash = pay('cash', 3000 - card.amount, 5000)
  expect(paidSoFar([card, cash])).toBe(3000)
  expect(changeOf([card, cash])).toBe(3000)
})

it('offers the exact sum first and then round ones', () => {
  expect(quickAmounts(1234, 100)).toEqual([1234, 1300, 1500, 2000])
  expect(quickAmounts(2000, 100)).toEqual([2000, 5000, 10_000, 20_000])
  expect(quickAmounts(780, 1)).toEqual([780, 800, 1000, 2000])
  expect(quickAmounts(0, 100)).toEqual([])
})
