import { type Dispatch, memo } from 'react'
import { formatMoney } from '../format/money.ts'
import { t } from '../i18n/index.ts'
import { cx } from '../ui/cx.ts'
import { Icon } from '../ui/Icon.tsx'
import styles from './CartLineRow.module.css'
import type { CartAction, CartLine } from './cart.ts'
import { lineDiscount, lineTotal } from './totals.ts'

interface CartLineRowProps {
  readonly line: CartLine
  readonly currency: string
  readonly selected: boolean
  readonly change: Dispatch<CartAction>
  readonly onQuantity: (productId: string) => void
}

export const CartLineRow = memo(function CartLineRow({
  line,
  currency,
  selected,
  change,
  onQuantity,
}: CartLineRowProps) {
  const { productId, name } = line
  const money = (amount: number) => formatMoney(amount, currency)
  const off = lineDiscount(line)

  return (
    <li
      className={cx(styles.line, selected && styles.selected)}
      aria-current={selected ? 'true' : undefined}
      data-line={productId}
    >
      <button type="button" className={styles.what} onClick={() => change({ kind: 'select', productId })}>
        <span className={styles.name}>{name}</span>
        <span className={styles.price}>
          {money(line.unitPrice)}
          {off > 0 && <span className={styles.off}>{money(-off)}</span>}
        </span>
      </button>
      <div className={styles.count}>
        <button
          type="button"
          className={styles.step}
          aria-label={t('till.one_less', { name })}
          onClick={() => change({ kind: 'change_quantity', productId, by: -1 })}
        >
          <Icon name={line.quantity === 1 ? 'trash' : 'minus'} size={18} />
        </button>
        <button
          type="button"
          className={styles.quantity}
          aria-label={t('till.quantity_of', { name, count: line.quantity })}
          onClick={() => onQuantity(productId)}
        >
          {line.quantity}
        </button>
        <button
          type="button"
          className={styles.step}
          aria-label={t('till.one_more', { name })}
          onClick={() => change({ kind: 'change_quantity', productId, by: 1 })}
        >
          <Icon name="plus" size={18} />
        </button>
      </div>
      <span className={cx('figure', styles.total)}>{money(lineTotal(line))}</span>
    </li>
  )
})
