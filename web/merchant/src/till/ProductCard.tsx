import { memo } from 'react'
import { formatMoney } from '../format/money.ts'
import { formatNumber } from '../format/words.ts'
import { t } from '../i18n/index.ts'
import { cx } from '../ui/cx.ts'
import { Icon } from '../ui/Icon.tsx'
import { useChanged } from '../ui/useChanged.ts'
import type { Product, StockState } from './catalogue.ts'
import styles from './ProductCard.module.css'

interface ProductCardProps {
  readonly product: Product
  readonly onHand: number
  readonly state: StockState
  readonly inCart: number
  readonly currency: string
  readonly onAdd: (product: Product) => void
}

export const ProductCard = memo(function ProductCard({
  product,
  onHand,
  state,
  inCart,
  currency,
  onAdd,
}: ProductCardProps) {
  const stockMark = useChanged<HTMLSpanElement>(onHand)
  return (
    <button
      type="button"
      className={styles.card}
      onClick={() => onAdd(product)}
      data-product={product.productId}
    >
      <span className={styles.name}>{product.name}</span>
      {inCart > 0 && (
        <span className={styles.inCart} title={t('till.in_cart', { count: inCart })}>
          {inCart}
        </span>
      )}
      <span className={styles.foot}>
        <span ref={stockMark} className={cx(styles.stock, styles[state])} data-stock={onHand}>
          {(state === 'low' || state === 'none') && <Icon name="alert" size={14} />}
          {state !== 'uncounted' &&
            t(onHand < 0 ? 'till.stock_short' : 'till.stock_left', {
              figure: formatNumber(Math.abs(onHand)),
            })}
        </span>
        <span className={styles.price}>{formatMoney(product.unitPrice, currency)}</span>
      </span>
    </button>
  )
})
