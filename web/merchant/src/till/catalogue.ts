import type { Row } from '@branchline/client'
import type { Good } from './cart.ts'

export interface Product extends Good {
  readonly barcode: string | null
  readonly categoryId: string | null
  readonly lowStockAt: number
  readonly oversell: 'allow' | 'warn' | 'pin' | 'refuse'
}

const made = new WeakMap<Row, Product>()

/** A row is read once; as long as it is the same object, so is the product. */
export function productOf(row: Row): Product {
  let product = made.get(row)
  if (!product) {
    product = read(row)
    made.set(row, product)
  }
  return product
}

function read(row: Row): Product {
  const text = (field: string) => (typeof row[field] === 'string' && row[field] !== '' ? row[field] : null)
  return {
    productId: row.id,
    name: text('name') ?? '',
    sku: text('sku'),
    barcode: text('barcode'),
    categoryId: text('category_id'),
    unitPrice: Number(row.price ?? 0),
    taxRate: Number(row.tax_rate ?? 0),
    cost: row.cost == null ? null : Number(row.cost),
    tracked: row.tracked !== false,
    lowStockAt: Number(row.low_stock_at ?? 0),
    oversell: (text('oversell') ?? 'warn') as Product['oversell'],
  }
}

export type StockState = 'plenty' | 'low' | 'none' | 'uncounted'

export function stockState(product: Product, onHand: number): StockState {
  if (!product.tracked) return 'uncounted'
  if (onHand <= 0) return 'none'
  return onHand <= product.lowStockAt ? 'low' : 'plenty'
}
