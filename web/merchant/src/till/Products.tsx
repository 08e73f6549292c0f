import { type RefObject, useDeferredValue, useMemo, useState } from 'react'
import { t } from '../i18n/index.ts'
import { Empty, Skeleton } from '../ui/Empty.tsx'
import { SearchField } from '../ui/SearchField.tsx'
import { Categories } from './Categories.tsx'
import type { Cart } from './cart.ts'
import { findProducts, type Product } from './catalogue.ts'
import { ProductGrid } from './ProductGrid.tsx'
import styles from './Products.module.css'
import type { Catalogue } from './useCatalogue.ts'

interface ProductsProps {
  readonly catalogue: Catalogue
  readonly cart: Cart
  readonly search: string
  readonly onSearch: (search: string) => void
  readonly onAdd: (product: Product) => void
  readonly searchField: RefObject<HTMLInputElement | null>
}

export function Products({ catalogue, cart, search, onSearch, onAdd, searchField }: ProductsProps) {
  const [category, setCategory] = useState<string | null>(null)
  const wanted = useDeferredValue(search)
  const found = useMemo(
    () => findProducts(catalogue.products, wanted, category),
    [catalogue.products, wanted, category],
  )

  const addFirst = () => {
    const exact = catalogue.codes.get(search.trim())
    const [first] = exact ? [exact] : findProducts(catalogue.products, search, category)
    if (!first || search.trim() === '') return
    onAdd(first)
    onSearch('')
  }

  return (
    <section className={styles.products} aria-label={t('till.products')}>
      <div className={styles.tools}>
        <SearchField
          ref={searchField}
          label={t('till.search')}
          value={search}
          onChange={onSearch}
          onEnter={addFirst}
          commands
        />
      </div>
      <Categories categories={catalogue.categories} chosen={category} onChoose={setCategory} />
      {catalogue.loading && found.length === 0 ? (
        <div className={styles.skeleton}>
          <Skeleton rows={6} height={96} />
        </div>
      ) : null}
      {!catalogue.loading && found.length === 0 ? <NoneFound search={search} /> : null}
      {found.length > 0 && <ProductGrid products={found} stock={catalogue.stock} cart={cart} onAdd={onAdd} />}
    </section>
  )
}

function NoneFound({ search }: { search: string }) {
  return search ? (
    <Empty icon="search" title={t('till.none_found', { search })} text={t('till.none_found_hint')} />
  ) : (
    <Empty icon="folder" title={t('till.no_products')} text={t('till.no_products_hint')} />
  )
}
