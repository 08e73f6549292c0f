import { type RefObject, useDeferredValue, useMemo, useState } from 'react'
import { t } from '../i18n/index.ts'
import { IconButton } from '../ui/Button.tsx'
import { Empty, Skeleton } from '../ui/Empty.tsx'
import { SearchField } from '../ui/SearchField.tsx'
import { Categories } from './Categories.tsx'
import type { Cart } from './cart.ts'
import { type Product, productOf } from './catalogue.ts'
import { ProductGrid } from './ProductGrid.tsx'
import styles from './Products.module.css'
import type { Catalogue } from './useCatalogue.ts'
import { useHasCamera } from './useHasCamera.ts'

const isCode = /^\d{6,}$/

interface ProductsProps {
  readonly catalogue: Catalogue
  readonly cart: Cart
  readonly search: string
  readonly onSearch: (search: string) => void
  readonly onAdd: (product: Product) => void
  readonly onUnknown: (code: string) => void
  readonly onCamera: () => void
  readonly searchField: RefObject<HTMLInputElement | null>
}

export function Products({
  catalogue,
  cart,
  search,
  onSearch,
  onAdd,
  onUnknown,
  onCamera,
  searchField,
}: ProductsProps) {
  const [category, setCategory] = useState<string | null>(null)
  const wanted = useDeferredValue(search)
  const hasCamera = useHasCamera()
  const found = useMemo(() => catalogue.search.find(wanted, category), [catalogue.search, wanted, category])

  /** Figures alone are a code, typed or scanned slowly: that is taken whole or not at all, like a scan. */
  const addFirst = (typed: string) => {
    const text = typed.trim()
    if (text === '') return
    const meaning = catalogue.codes.find(text)
    if (meaning.kind === 'unknown' && isCode.test(text)) return onUnknown(text)
    const [found] = meaning.kind === 'product' ? [] : catalogue.search.find(text, category)
    const first = meaning.kind === 'product' ? meaning.product : found && productOf(found)
    if (!first) return
    onAdd(first)
    onSearch('')
  }

  return (
    <section className={styles.products} aria-label={t('till.products')} data-found={wanted}>
      <div className={styles.tools}>
        <SearchField
          ref={searchField}
          label={t('till.search')}
          value={search}
          onChange={onSearch}
          onEnter={addFirst}
          commands
        />
        {hasCamera && (
          <IconButton icon="barcode" label={t('scan.camera')} onClick={onCamera} data-testid="camera-scan" />
        )}
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
