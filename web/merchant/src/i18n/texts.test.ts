import { expect, it } from 'vitest'
import { addTexts, t, tOr } from './index.ts'
import { queue } from './queue.ts'

addTexts({ queue })

it('fills the gaps of a text, and chooses the form for one or for more', () => {
  expect(t('queue.waiting', { count: 1 })).toBe('1 change waiting')
  expect(t('queue.waiting', { count: 2 })).toBe('2 changes waiting')
  expect(t('queue.waiting', { count: 0 })).toBe('0 changes waiting')
  expect(t('queue.sale', { number: '<b>1</b> $&' })).toBe('Sale <b>1</b> $&')
  expect(t('queue.sale')).toBe('Sale ')
})

it('says the other words where there are none', () => {
  expect(tOr('queue.nothing', 'x')).toBe('An empty change')
  expect(tOr('queue.of_another_business', 'Roast')).toBe('Roast')
})
