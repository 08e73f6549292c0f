import { type Dispatch, useState } from 'react'
import { formatMoney, parseMoney } from '../format/money.ts'
import { t } from '../i18n/index.ts'
import { useShop } from '../shop/Shop.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Keypad } from '../ui/Keypad.tsx'
import { Segmented } from '../ui/Segmented.tsx'
import { type Cart, type CartAction, type CartLine, type Discount, reduceCart } from './cart.ts'
import styles from './Entry.module.css'
import { totals } from './totals.ts'

interface DiscountDialogProps {
  readonly cart: Cart
  readonly line: CartLine | undefined
  readonly change: Dispatch<CartAction>
  readonly onClose: () => void
}

/** A percentage or an amount, off the whole cart or off the selected line. */
export function DiscountDialog({ cart, line, change, onClose }: DiscountDialogProps) {
  const { branch } = useShop()
  const [on, setOn] = useState<'cart' | 'line'>('cart')
  const [kind, setKind] = useState<Discount['kind']>('percent')
  const [text, setText] = useState('')
  const discount = read(kind, text, branch.currency)
  const action: CartAction =
    on === 'line' && line
      ? { kind: 'discount_line', productId: line.productId, discount }
      : { kind: 'discount_cart', discount }
  const after = totals(reduceCart(cart, action)).total

  const save = () => {
    change(action)
    onClose()
  }

  return (
    <Dialog
      title={t('till.discount')}
      onClose={onClose}
      footer={
        <Button variant="primary" size="xl" wide keys="Enter" onClick={save}>
          {discount
            ? t('till.discount_to', { total: formatMoney(after, branch.currency) })
            : t('till.no_discount')}
        </Button>
      }
    >
      <div className={styles.stack}>
        <Segmented
          label={t('till.discount_on')}
          value={on}
          onChange={setOn}
          options={[
            { value: 'cart', label: t('till.whole_cart') },
            ...(line ? [{ value: 'line' as const, label: line.name }] : []),
          ]}
        />
        <Segmented
          label={t('till.discount_kind')}
          value={kind}
          onChange={setKind}
          options={[
            { value: 'percent', label: t('till.percent') },
            { value: 'amount', label: t('till.amount') },
          ]}
        />
        <input
          className={styles.entry}
          aria-label={t('till.discount')}
          inputMode="none"
          placeholder="0"
          value={text}
          data-focus
          onChange={(event) => setText(event.target.value.replace(/[^\d.,]/g, ''))}
          onKeyDown={(event) => {
            if (event.key === 'Enter') save()
          }}
        />
        <Keypad
          corner="."
          onKey={(key) => setText((before) => before + key)}
          onErase={() => setText((before) => before.slice(0, -1))}
        />
      </div>
    </Dialog>
  )
}

function read(kind: Discount['kind'], text: string, currency: string): Discount | null {
  const value = kind === 'percent' ? Number(text.replace(',', '.')) : parseMoney(text, currency)
  if (!value || value <= 0) return null
  return { kind, value: kind === 'percent' ? Math.min(100, value) : value }
}
