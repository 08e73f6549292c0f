import type { Row } from '@branchline/client'
import { expect, it } from 'vitest'
import { productOf, stockState } from './catalogue.ts'
import { Codes, isGtin } from './codes.ts'
import { ProductSearch } from './product-search.ts'
import { Shelves } from './stock.ts'

function row(id: string, fields: Record<string, string | number | boolean | null>): Row {
  return { id, $pending: false, $fromCache: false, ...fields } as unknown as Row
}

const brown = row('1', {
  name: 'Brown rice',
  sku: 'RB',
  barcode: '4001',
  price: 300,
  category_id: 'dry',
  low_stock_at: 5,
})
const rice = row('2', { name: 'Rice 5 kg', sku: 'R5', barcode: '40011', price: 900, category_id: 'dry' })
const soap = row('3', {
  name: 'Soap',
  sku: '4001-S',
  barcode: null,
  price: 150,
  category_id: 'care',
  tracked: false,
})
const juice = row('4', { name: 'Juice', sku: 'J', barcode: '036000291452', price: 200 })
const all = [brown, rice, soap, juice]

it('finds by any part of the words, whose code it is first, then names that begin so', () => {
  const search = new ProductSearch(all)
  expect(search.find('rice', null)).toEqual([rice, brown])
  expect(search.find('ri 5', null)).toEqual([rice])
  expect(search.find('5 ri', null)).toEqual([rice])
  expect(search.find('RB', null)).toEqual([brown])
  expect(search.find('4001', null)).toEqual([brown, rice, soap])
  expect(search.find('40011', null)).toEqual([rice])
  expect(search.find('zzz', null)).toEqual([])
  expect(search.find('  ', null)).toBe(all)
})

it('keeps to the chosen category', () => {
  const search = new ProductSearch(all)
  expect(search.find('', 'care')).toEqual([soap])
  expect(search.find('s', 'dry')).toEqual([])
})

it('finds in fifty thousand what reading each of them finds', () => {
  const words = ['rice', 'oat', 'milk', 'tea', '250', 'kg', 'no. 7']
  const many = Array.from({ length: 50_000 }, (_, n) =>
    row(String(n), {
      name: `${words[n % 7]} ${words[(n >> 3) % 7]} ${n}`,
      sku: `S${n}`,
      barcode: `${n * 7}`,
    }),
  )
  const search = new ProductSearch(many)
  for (const text of ['rice', 'e', 'MILK 250', 's4999', '7 no.', '49999', '1 2 3 4']) {
    const terms = text.toLowerCase().split(' ')
    const expected = many.filter((product) =>
      terms.every((term) => `${product.name} ${product.sku} ${product.barcode}`.toLowerCase().includes(term)),
    )
    const found = search.find(text, null)
    expect(found.length).toBe(expected.length)
    expect(new Set(found)).toEqual(new Set(expected))
  }
})

it('takes a code only when it is the whole code', () => {
  const codes = new Codes(all)
  expect(codes.find('4001')).toEqual({ kind: 'product', product: productOf(brown) })
  expect(codes.find('4001-S')).toEqual({ kind: 'product', product: productOf(soap) })
  for (const code of ['400', '04001', '', '4001-s', ' 4001']) expect(codes.find(code).kind).toBe('unknown')
})

it('knows UPC-A, EAN-13 and GTIN-14 of one product as the same code, and no other number of the same length', () => {
  const codes = new Codes(all)
  for (const code of ['036000291452', '0036000291452', '00036000291452']) {
    expect(codes.find(code)).toEqual({ kind: 'product', product: productOf(juice) })
  }
  for (const code of ['36000291452', '036000291453', '1036000291452'])
    expect(codes.find(code).kind).toBe('unknown')
})

it('leaves the choice to the person when several products bear a code', () => {
  const twin = row('5', { name: 'Twin', sku: 'T', barcode: '0036000291452', price: 1 })
  expect(new Codes([...all, twin]).find('036000291452').kind).toBe('several')
})

it('believes figures that came unevenly only when their check digit is right', () => {
  const codes = new Codes(all)
  expect(codes.read({ code: '4001', isEven: true }).kind).toBe('product')
  expect(codes.read({ code: '4001', isEven: false }).kind).toBe('unknown')
  expect(codes.read({ code: '4001-S', isEven: false }).kind).toBe('product')
  expect(codes.read({ code: '036000291452', isEven: false }).kind).toBe('product')
})

it('checks the check digit', () => {
  for (const code of ['4006381333931', '036000291452', '40170725', '10012345678902'])
    expect(isGtin(code)).toBe(true)
  for (const code of ['4006381333932', '400638133393', '4001', '40063813339a1', ''])
    expect(isGtin(code)).toBe(false)
})

it('reads a product once and again when its row changed', () => {
  const before = row('9', { name: 'Tea', price: 100 })
  expect(productOf(before)).toBe(productOf(before))
  expect(productOf(row('9', { name: 'Tea', price: 120 })).unitPrice).toBe(120)
})

it('says how the shelf stands', () => {
  expect(stockState(productOf(brown), 12)).toBe('plenty')
  expect(stockState(productOf(brown), 5)).toBe('low')
  expect(stockState(productOf(brown), -1)).toBe('none')
  expect(stockState(productOf(soap), 0)).toBe('uncounted')
})

it('follows the shelves as they change, come and go', () => {
  const shelf = (id: string, product: string, quantity: number) => row(id, { product_id: product, quantity })
  const [first, second] = [shelf('a', 'rice', 5), shelf('b', 'soap', 2)]
  const shelves = new Shelves()
  const before = shelves.follow([first, second])
  expect([before.of('rice'), before.of('soap'), before.of('tea')]).toEqual([5, 2, 0])
  const after = shelves.follow([shelf('a', 'rice', 4), second])
  expect(after).not.toBe(before)
  expect([after.of('rice'), after.of('soap')]).toEqual([4, 2])
  expect(shelves.follow([second]).of('rice')).toBe(0)
  // Another branch's shelves, as many as before.
  expect(shelves.follow([shelf('c', 'tea', 7)]).of('soap')).toBe(0)
})
