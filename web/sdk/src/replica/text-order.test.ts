import { expect, it } from 'vitest'
import { compareTexts } from './text-order.ts'

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })
const pieces = [
  ...' !"#$%&\'()*+,-./0123456789:;<=>?@ABCXYZ[\\]^_`abcxyz{|}~',
  '00',
  '10',
  'é',
  'ß',
  'Å',
  '\u0301',
  '中',
  '🙂',
  'no. ',
]

/** Numbers that look like chance and are the same each time. */
function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

it('answers as the collator does, for a hundred thousand pairs of texts', () => {
  const random = chance(5)
  const text = () =>
    Array.from({ length: Math.floor(random() * 7) }, () => pieces[Math.floor(random() * pieces.length)]).join(
      '',
    )
  for (let n = 0; n < 100_000; n++) {
    const start = random() < 0.5 ? text() : ''
    const [a, b] = [start + text(), start + text()]
    if (Math.sign(compareTexts(a, b)) !== Math.sign(collator.compare(a, b)))
      expect(`${JSON.stringify([a, b])}: ${compareTexts(a, b)}`).toBe(collator.compare(a, b))
  }
})

it('sorts goods as people do', () => {
  const goods = ['Rice 10 kg', 'rice 2 kg', 'Éclair', 'Rice 2 kg, brown', 'apple', 'Zest', 'ebony']
  expect(goods.toSorted(compareTexts)).toEqual([
    'apple',
    'ebony',
    'Éclair',
    'rice 2 kg',
    'Rice 2 kg, brown',
    'Rice 10 kg',
    'Zest',
  ])
})
