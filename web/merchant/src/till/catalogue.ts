import type { Row } from '@branchline/client'
import type { Good } from './cart.ts'

export interface Product extends Good {
  readonly barcode: string | null
  readonly categoryId: string | null
  readonly lowStockAt: number
  readonly oversell: 'allow' | 'warn' | 'pin' | 'refuse'
  /** Name, SKU and barcode in lower case, for searching. */
  readonly text: string
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
  const name = text('name') ?? ''
  return {
    productId: row.id,
    name,
    sku: text('sku'),
    barcode: text('barcode'),
    categoryId: text('category_id'),
    unitPrice: Number(row.price ?? 0),
    taxRate: Number(row.tax_rate ?? 0),
    cost: row.cost == null ? null : Number(row.cost),
    tracked: row.tracked !== false,
    lowStockAt: Number(row.low_stock_at ?? 0),
    oversell: (text('oversell') ?? 'warn') as Product['oversell'],
    text: `${name}\n${row.sku ?? ''}\n${row.barcode ?? ''}`.toLowerCase(),
  }
}

/** Every word must occur; names that begin with the first word come first. Order is otherwise kept. */
export function findProducts(
  products: readonly Product[],
  search: string,
  categoryId: string | null,
): readonly Product[] {
  const terms = search.toLowerCase().split(/\s+/).filter(Boolean)
  const [first] = terms
  if (!first) return categoryId ? products.filter((product) => product.categoryId === categoryId) : products

  const starting: Product[] = []
  const others: Product[] = []
  for (const product of products) {
    if (categoryId && product.categoryId !== categoryId) continue
    if (!terms.every((term) => product.text.includes(term))) continue
    if (product.text.startsWith(first)) starting.push(product)
    else others.push(product)
  }
  return [...starting, ...others]
}

/** A scanned code finds a product only when it is exactly its barcode or SKU. Nothing near it will do. */
export function codesOf(products: readonly Product[]): ReadonlyMap<string, Product> {
  const codes = new Map<string, Product>()
  for (const product of products) if (product.sku) codes.set(product.sku, product)
  for (const product of products) if (product.barcode) codes.set(product.barcode, product)
  return codes
}

export type StockState = 'plenty' | 'low' | 'none' | 'uncounted'

export function stockState(product: Product, onHand: number): StockState {
  if (!product.tracked) return 'uncounted'
  if (onHand <= 0) return 'none'
  return onHand <= product.lowStockAt ? 'low' : 'plenty'
}
