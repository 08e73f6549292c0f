import type { Row } from '@branchline/client'
import { expect, it } from 'vitest'
import { dayFigures, lowShelves, openHours, topProducts } from './figures.ts'

function row(id: string, fields: Record<string, string | number | boolean | null>): Row {
  return { id, $pending: false, $fromCache: false, ...fields } as unknown as Row
}
const at = (hour: number) => new Date(2026, 10, 21, hour, 30).toISOString()

it('counts sales and takings by hour and leaves out what was voided', () => {
  const figures = dayFigures([
    row('1', { total: 500, sold_at: at(9), status: 'paid' }),
    row('2', { total: 250, sold_at: at(9), status: 'paid' }),
    row('3', { total: 9999, sold_at: at(10), status: 'voided' }),
  ])
  expect(figures).toMatchObject({ count: 2, takings: 750 })
  expect(figures.byHour[9]).toBe(750)
  expect(figures.byHour[10]).toBe(0)
})

it('draws the usual hours and any other that sold', () => {
  const byHour = Array.from({ length: 24 }, () => 0)
  expect(openHours(byHour)).toHaveLength(13)
  byHour[22] = 5
  byHour[6] = 5
  expect([openHours(byHour)[0], openHours(byHour).at(-1)]).toEqual([6, 22])
})

it('ranks products by what they brought in today', () => {
  const lines = [
    row('1', { sale_id: 'a', product_id: 'p', name: 'Rice', quantity: 2, total: 200 }),
    row('2', { sale_id: 'a', product_id: 'q', name: 'Oil', quantity: 1, total: 900 }),
    row('3', { sale_id: 'b', product_id: 'p', name: 'Rice', quantity: 1, total: 100 }),
    row('4', { sale_id: 'yesterday', product_id: 'p', name: 'Rice', quantity: 9, total: 9000 }),
  ]
  expect(topProducts(lines, new Set(['a', 'b']), 5)).toEqual([
    { name: 'Oil', quantity: 1, total: 900 },
    { name: 'Rice', quantity: 3, total: 300 },
  ])
})

it('lists shelves at their mark, the emptiest first, and trusts the shelf before the product', () => {
  const products = new Map([
    ['p', row('p', { name: 'Rice', status: 'active', low_stock_at: 5 })],
    ['q', row('q', { name: 'Oil', status: 'active', low_stock_at: 5 })],
    ['r', row('r', { name: 'Delivery', status: 'active', tracked: false })],
    ['s', row('s', { name: 'Old', status: 'archived', low_stock_at: 5 })],
  ])
  const shelves = [
    row('1', { product_id: 'p', quantity: 5, low_stock_at: null }),
    row('2', { product_id: 'q', quantity: -1, low_stock_at: 2 }),
    row('3', { product_id: 'q', quantity: 4, low_stock_at: 2 }),
    row('4', { product_id: 'r', quantity: 0, low_stock_at: null }),
    row('5', { product_id: 's', quantity: 0, low_stock_at: null }),
  ]
  expect(lowShelves(shelves, products).map((shelf) => shelf.id)).toEqual(['2', '1'])
})
