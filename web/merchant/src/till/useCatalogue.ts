import type { Row } from '@branchline/client'
import { useTable } from '@branchline/client/react'
import { useMemo, useState } from 'react'
import { type Product, productOf } from './catalogue.ts'
import { Codes } from './codes.ts'
import { ProductSearch } from './product-search.ts'
import { Shelves, type Stock } from './stock.ts'

export interface Catalogue {
  readonly search: ProductSearch
  readonly categories: readonly Row[]
  readonly codes: Codes
  readonly stock: Stock
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
  const { search, codes } = useMemo(() => {
    const products: readonly Product[] = rows.map(productOf)
    return { search: new ProductSearch(products), codes: new Codes(products) }
  }, [rows])
  const [book] = useState(() => new Shelves())
  const stock = useMemo(() => book.follow(shelves), [book, shelves])
  return { search, categories, codes, stock, loading }
}
