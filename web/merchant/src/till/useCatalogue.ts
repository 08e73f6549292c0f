import type { Row } from '@branchline/client'
import { useTable } from '@branchline/client/react'
import { useEffect, useMemo, useState } from 'react'
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
  const { search, codes } = useMemo(
    () => ({ search: new ProductSearch(rows), codes: new Codes(rows) }),
    [rows],
  )
  useEffect(() => whenIdle(() => codes.maps && search.packed), [codes, search])
  const [book] = useState(() => new Shelves())
  const stock = useMemo(() => book.follow(shelves), [book, shelves])
  return { search, categories, codes, stock, loading }
}

/** The first scan and the first search find everything made, and the first picture does not wait for it. */
function whenIdle(act: () => void): () => void {
  if (typeof requestIdleCallback === 'undefined') {
    const timer = setTimeout(act, 200)
    return () => clearTimeout(timer)
  }
  const asked = requestIdleCallback(act)
  return () => cancelIdleCallback(asked)
}
