import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Fields } from '../protocol/values.ts'
import { formatSum, minus, nothing, plus, rowChecksum, type Sum } from './row-checksum.ts'

interface Golden {
  readonly rows: readonly { table: string; id: string; fields: Fields; checksum: string }[]
  readonly sums: readonly { of: readonly string[]; sum: string }[]
}

const golden = JSON.parse(
  readFileSync(new URL('../../../../protocol/sync/checksums.json', import.meta.url), 'utf8'),
) as Golden

function sumOf(text: string): Sum {
  return { high: Number.parseInt(text.slice(0, 8), 16), low: Number.parseInt(text.slice(8), 16) }
}

describe('the checksum of a row', () => {
  it.each(golden.rows)(
    'is the one that the node gives it: $table $fields',
    ({ table, id, fields, checksum }) => {
      expect(formatSum(rowChecksum(table, id, Object.keys(fields).sort(), fields))).toBe(checksum)
    },
  )

  it('counts only the fields that are asked for', () => {
    const fields = { name: 'Rice', stray: 1 }
    expect(rowChecksum('products', 'a', ['name'], fields)).toEqual(
      rowChecksum('products', 'a', ['name', 'toString'], { name: 'Rice' }),
    )
  })

  it.each(golden.sums)('adds up in any order, carrying over: $sum', ({ of, sum }) => {
    const sums = of.map(sumOf)
    expect(formatSum(sums.reduce(plus, nothing))).toBe(sum)
    expect(formatSum(sums.reduce(minus, sums.reduce(plus, nothing)))).toBe('0000000000000000')
  })

  it('copes with rows larger than any before', () => {
    const text = 'é'.repeat(100_000)
    const sum = rowChecksum('notes', 'a', ['text'], { text })
    expect(rowChecksum('notes', 'a', ['text'], { text })).toEqual(sum)
  })
})
