import type { Row } from '@branchline/client'
import { expect, it } from 'vitest'
import { codesOf, findProducts, productOf, stockState } from './catalogue.ts'

function row(id: string, fields: Record<string, string | number | boolean | null>): Row {
  return { id, $pending: false, $fromCache: false, ...fields } as unknown as Row
}

const brown = productOf(
  row('1', {
    name: 'Brown rice',
    sku: 'RB',
    barcode: '4001',
    price: 300,
    category_id: 'dry',
    low_stock_at: 5,
  }),
)
const rice = productOf(
  row('2', { name: 'Rice 5 kg', sku: 'R5', barcode: '40011', price: 900, category_id: 'dry' }),
)
const soap = productOf(
  row('3', { name: 'Soap', sku: '4001-S', barcode: null, price: 150, category_id: 'care', tracked: false }),
)
const all = [brown, rice, soap]

it('finds by any part of the words, names that begin so first', () => {
  expect(findProducts(all, 'rice', null)).toEqual([rice, brown])
  expect(findProducts(all, 'ri 5', null)).toEqual([rice])
  expect(findProducts(all, 'RB', null)).toEqual([brown])
  expect(findProducts(all, 'zzz', null)).toEqual([])
})

it('keeps to the chosen category', () => {
  expect(findProducts(all, '', 'care')).toEqual([soap])
  expect(findProducts(all, 's', 'dry')).toEqual([])
})

it('takes a scanned code only when it is the whole code', () => {
  const codes = codesOf(all)
  expect(codes.get('4001')).toBe(brown)
  expect(codes.get('4001-S')).toBe(soap)
  expect(codes.get('400')).toBeUndefined()
  expect(codes.get('')).toBeUndefined()
})

it('reads a product once and again when its row changed', () => {
  const before = row('9', { name: 'Tea', price: 100 })
  expect(productOf(before)).toBe(productOf(before))
  expect(productOf(row('9', { name: 'Tea', price: 120 })).unitPrice).toBe(120)
})

it('says how the shelf stands', () => {
  expect(stockState(brown, 12)).toBe('plenty')
  expect(stockState(brown, 5)).toBe('low')
  expect(stockState(brown, -1)).toBe('none')
  expect(stockState(soap, 0)).toBe('uncounted')
})
