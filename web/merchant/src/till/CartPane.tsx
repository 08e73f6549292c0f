import { type Dispatch, useEffect, useRef } from 'react'
import { formatMoney } from '../format/money.ts'
import { t } from '../i18n/index.ts'
import { useShop } from '../shop/Shop.tsx'
import { Button, IconButton } from '../ui/Button.tsx'
import { Empty } from '../ui/Empty.tsx'
import { useLatest } from '../ui/useLatest.ts'
import { phone, useMedia } from '../ui/useMedia.ts'
import { CartLineRow } from './CartLineRow.tsx'
import styles from './CartPane.module.css'
import type { Cart, CartAction } from './cart.ts'
import { totals } from './totals.ts'

interface CartPaneProps {
  readonly cart: Cart
  readonly change: Dispatch<CartAction>
  readonly open: (kind: 'quantity' | 'discount' | 'paying' | 'sales' | 'drawer' | 'keys') => void
  readonly series: string
  readonly onBack: () => void
}

/** The lines scroll; the total and the pay button do not. */
export function CartPane({ cart, change, open, series, onBack }: CartPaneProps) {
  const { branch } = useShop()
  const isPhone = useMedia(phone)
  const list = useRef<HTMLUListElement>(null)
  const sum = totals(cart)
  const money = (amount: number) => formatMoney(amount, branch.currency)
  const askQuantity = useLatest((productId: string) => {
    change({ kind: 'select', productId })
    open('quantity')
  })
  useEffect(() => {
    if (cart.selected) list.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' })
  }, [cart.selected])

  return (
    <aside className={styles.cart} aria-label={t('till.cart')}>
      <header className={styles.header}>
        {isPhone && <IconButton icon="arrowLeft" label={t('till.back_to_products')} onClick={onBack} />}
        <h2 className={styles.title}>{t('till.cart')}</h2>
        <span className={styles.series}>{series}</span>
        <IconButton icon="cash" label={t('drawer.title')} onClick={() => open('drawer')} />
        <IconButton icon="receipt" label={t('till.todays_sales')} onClick={() => open('sales')} />
        {!isPhone && <IconButton icon="keyboard" label={t('till.keys')} onClick={() => open('keys')} />}
      </header>
      {cart.lines.length === 0 ? (
        <div className={styles.empty}>
          <Empty icon="barcode" title={t('till.empty')} text={t('till.empty_hint')} />
        </div>
      ) : (
        <ul ref={list} className={styles.lines}>
          {cart.lines.map((line) => (
            <CartLineRow
              key={line.productId}
              line={line}
              currency={branch.currency}
              selected={line.productId === cart.selected}
              change={change}
              onQuantity={askQuantity}
            />
          ))}
        </ul>
      )}
      <footer className={styles.footer}>
        <dl className={styles.sums}>
          {sum.discount > 0 && (
            <>
              <dt>{t('till.subtotal')}</dt>
              <dd className="figure">{money(sum.subtotal)}</dd>
              <dt>{t('till.discount')}</dt>
              <dd className="figure">{money(-sum.discount)}</dd>
            </>
          )}
          <dt>{t('till.tax')}</dt>
          <dd className="figure">{money(sum.tax)}</dd>
          <dt className={styles.total}>{t('till.total')}</dt>
          <dd className={`figure ${styles.total}`} data-testid="total">
            {money(sum.total)}
          </dd>
        </dl>
        <div className={styles.buttons}>
          <Button
            icon="percent"
            size="lg"
            keys="F8"
            disabled={cart.lines.length === 0}
            onClick={() => open('discount')}
          >
            {t('till.discount')}
          </Button>
          <Button
            variant="primary"
            size="xl"
            keys="F9"
            className={styles.pay ?? ''}
            disabled={cart.lines.length === 0}
            onClick={() => open('paying')}
            data-testid="pay"
          >
            {t('till.pay')}
          </Button>
        </div>
      </footer>
    </aside>
  )
}
