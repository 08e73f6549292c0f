import type { Row } from '@branchline/client'
import { dayOf } from '../format/time.ts'

export interface DayFigures {
  readonly count: number
  readonly takings: number
  /** Takings by hour of the day, 0 to 23. */
  readonly byHour: readonly number[]
}

/** A voided sale took nothing. */
export function dayFigures(sales: readonly Row[]): DayFigures {
  const byHour = Array.from({ length: 24 }, () => 0)
  let count = 0
  let takings = 0
  for (const sale of sales) {
    if (sale.status === 'voided') continue
    const total = Number(sale.total ?? 0)
    const hour = new Date(String(sale.sold_at)).getHours()
    count++
    takings += total
    byHour[hour] = (byHour[hour] ?? 0) + total
  }
  return { count, takings, byHour }
}

export function isOfDay(day: string): (at: unknown) => boolean {
  return (at) => typeof at === 'string' && dayOf(at) === day
}

/** The hours worth drawing: the usual ones, and any other in which something was sold. */
export function openHours(byHour: readonly number[], from = 8, to = 20): readonly number[] {
  const sold = byHour.flatMap((amount, hour) => (amount > 0 ? [hour] : []))
  const first = Math.min(from, ...sold)
  const last = Math.max(to, ...sold)
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

export interface TopProduct {
  readonly name: string
  readonly quantity: number
  readonly total: number
}

export function topProducts(
  lines: readonly Row[],
  saleIds: ReadonlySet<string>,
  most: number,
): readonly TopProduct[] {
  const products = new Map<string, TopProduct>()
  for (const line of lines) {
    if (!saleIds.has(String(line.sale_id))) continue
    const key = String(line.product_id ?? line.name)
    const before = products.get(key) ?? { name: String(line.name), quantity: 0, total: 0 }
    products.set(key, {
      ...before,
      quantity: before.quantity + Number(line.quantity),
      total: before.total + Number(line.total),
    })
  }
  return [...products.values()].sort((a, b) => b.total - a.total).slice(0, most)
}

export interface LowShelf {
  readonly id: string
  readonly name: string
  readonly onHand: number
  readonly lowAt: number
}

/** Shelves at or under their mark, the emptiest first; the shelf's own mark counts before the product's. */
export function lowShelves(shelves: readonly Row[], products: ReadonlyMap<string, Row>): readonly LowShelf[] {
  const low: LowShelf[] = []
  for (const shelf of shelves) {
    const product = products.get(String(shelf.product_id))
    if (product?.status !== 'active' || product.tracked === false) continue
    const lowAt = Number(shelf.low_stock_at ?? product.low_stock_at ?? 0)
    const onHand = Number(shelf.quantity ?? 0)
    if (onHand <= lowAt) low.push({ id: shelf.id, name: String(product.name), onHand, lowAt })
  }
  return low.sort((a, b) => a.onHand - b.onHand || a.name.localeCompare(b.name))
}
