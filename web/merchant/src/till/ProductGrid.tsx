import type { Row } from '@branchline/client'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useShop } from '../shop/Shop.tsx'
import { useLatest } from '../ui/useLatest.ts'
import type { Cart } from './cart.ts'
import { type Product, productOf, stockState } from './catalogue.ts'
import { ProductCard } from './ProductCard.tsx'
import styles from './ProductGrid.module.css'
import type { Stock } from './stock.ts'

const cardWidth = 152
const cardHeight = 96
const gap = 8

interface ProductGridProps {
  readonly products: readonly Row[]
  readonly stock: Stock
  readonly cart: Cart
  readonly onAdd: (product: Product) => void
}

/** Draws only the rows in sight, so fifty thousand products scroll like fifty. */
export function ProductGrid({ products, stock, cart, onAdd }: ProductGridProps) {
  const { branch } = useShop()
  const scroller = useRef<HTMLDivElement>(null)
  const columns = useColumns(scroller)
  const inCart = useMemo(
    () => new Map(cart.lines.map((line) => [line.productId, line.quantity])),
    [cart.lines],
  )
  const rows = useVirtualizer({
    count: Math.ceil(products.length / columns),
    getScrollElement: () => scroller.current,
    estimateSize: () => cardHeight + gap,
    overscan: 4,
  })
  const add = useLatest(onAdd)

  return (
    <div ref={scroller} className={styles.scroller} data-testid="products">
      <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map((row) => (
          <div
            key={row.key}
            className={styles.row}
            style={{
              transform: `translateY(${row.start}px)`,
              gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
            }}
          >
            {products.slice(row.index * columns, (row.index + 1) * columns).map((found) => {
              const product = productOf(found)
              const onHand = stock.of(product.productId)
              return (
                <ProductCard
                  key={product.productId}
                  product={product}
                  onHand={onHand}
                  state={stockState(product, onHand)}
                  inCart={inCart.get(product.productId) ?? 0}
                  currency={branch.currency}
                  onAdd={add}
                />
              )
            })}
          </div>
        ))}
      </div>
    </div>
  )
}

function useColumns(scroller: React.RefObject<HTMLDivElement | null>): number {
  const [columns, setColumns] = useState(4)
  useEffect(() => {
    const element = scroller.current
    if (!element) return
    const observer = new ResizeObserver(([entry]) => {
      const width = entry?.contentRect.width ?? 0
      setColumns(Math.max(2, Math.floor((width + gap) / (cardWidth + gap))))
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [scroller])
  return columns
}
