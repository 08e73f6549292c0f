import type { Row } from '@branchline/client'
import { useTable } from '@branchline/client/react'
import { useMemo } from 'react'
import { codesOf, type Product, productOf } from './catalogue.ts'

export interface Catalogue {
  readonly products: readonly Product[]
  readonly categories: readonly Row[]
  readonly codes: ReadonlyMap<string, Product>
  readonly stock: ReadonlyMap<string, number>
  readonly loading: boolean
}

const active = { where: { status: 'active' }, sort: 'name' }
const activeCategories = { where: { status: 'active' }, sort: ['position', 'name'] }

export function useCatalogue(branchId: string): Catalogue {
  const { rows, loading } = useTable('products', active)
  const { rows: categories } = useTable('categories', activeCategories)
  const { rows: shelves } = useTable(
    'inventories',
    useMemo(() => ({ where: { branch_id: branchId } }), [branchId]),
  )
  const products = useMemo(() => rows.map(productOf), [rows])
  const codes = useMemo(() => codesOf(products), [products])
  const stock = useMemo(
    () => new Map(shelves.map((shelf) => [String(shelf.product_id), Number(shelf.quantity ?? 0)])),
    [shelves],
  )
  return { products, categories, codes, stock, loading }
}
