import { formatMoney } from '../format/money.ts'
import { t } from '../i18n/index.ts'
import { useShop } from '../shop/Shop.tsx'
import { Button } from '../ui/Button.tsx'
import styles from './CartBar.module.css'
import type { Cart } from './cart.ts'
import { totals } from './totals.ts'

/** On a phone, the cart's last line: what it holds, what it costs, and the way to pay. */
export function CartBar({ cart, onOpen, onPay }: { cart: Cart; onOpen: () => void; onPay: () => void }) {
  const { branch } = useShop()
  const sum = totals(cart)
  return (
    <div className={styles.bar} data-bottom-bar>
      <Button size="lg" icon="cart" className={styles.open ?? ''} onClick={onOpen}>
        {t('till.cart_count', { count: sum.pieces })}
      </Button>
      <Button
        variant="primary"
        size="lg"
        className={styles.pay ?? ''}
        disabled={cart.lines.length === 0}
        onClick={onPay}
      >
        {t('till.pay_amount', { amount: formatMoney(sum.total, branch.currency) })}
      </Button>
    </div>
  )
}
