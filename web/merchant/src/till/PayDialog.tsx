import type { Row } from '@branchline/client'
import { useState } from 'react'
import { formatMoney } from '../format/money.ts'
import { t } from '../i18n/index.ts'
import { useShop } from '../shop/Shop.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { useKeys } from '../ui/keys.ts'
import { Segmented } from '../ui/Segmented.tsx'
import type { Cart } from './cart.ts'
import styles from './Entry.module.css'
import { PayCard } from './PayCard.tsx'
import { PayCash } from './PayCash.tsx'
import { PaySplit } from './PaySplit.tsx'
import type { Payment } from './payment.ts'
import { totals } from './totals.ts'
import { type SoldSale, useSell } from './useSell.ts'

interface PayDialogProps {
  readonly cart: Cart
  readonly till: Row
  readonly series: string
  readonly onPaid: (sale: SoldSale) => void
  readonly onClose: () => void
}

type Way = 'cash' | 'card' | 'split'

export function PayDialog({ cart, till, series, onPaid, onClose }: PayDialogProps) {
  const { branch } = useShop()
  const { sell, saving, error } = useSell(till, series)
  const [way, setWay] = useState<Way>('cash')
  const { total } = totals(cart)
  useKeys({ F6: () => setWay('cash'), F7: () => setWay('card'), F8: () => setWay('split') })

  const complete = async (payments: readonly Payment[]) => {
    const sale = await sell(cart, payments)
    if (sale) onPaid(sale)
  }
  const props = {
    due: total,
    currency: branch.currency,
    saving,
    onComplete: (payments: readonly Payment[]) => void complete(payments),
  }

  return (
    <Dialog
      title={t('till.pay')}
      onClose={() => {
        if (!saving) onClose()
      }}
    >
      <div className={styles.stack}>
        <p className={styles.due}>
          {t('till.to_pay')}{' '}
          <span className={styles.sum} data-testid="due">
            {formatMoney(total, branch.currency)}
          </span>
        </p>
        <Segmented
          label={t('till.way')}
          value={way}
          onChange={setWay}
          options={[
            { value: 'cash', icon: 'cash', label: t('till.cash') },
            { value: 'card', icon: 'card', label: t('till.card') },
            { value: 'split', icon: 'split', label: t('till.split') },
          ]}
        />
        {way === 'cash' && <PayCash {...props} />}
        {way === 'card' && <PayCard {...props} />}
        {way === 'split' && <PaySplit {...props} />}
        <p role="alert" className={styles.error}>
          {error}
        </p>
      </div>
    </Dialog>
  )
}

export interface PayProps {
  readonly due: number
  readonly currency: string
  readonly saving: boolean
  readonly onComplete: (payments: readonly Payment[]) => void
}
