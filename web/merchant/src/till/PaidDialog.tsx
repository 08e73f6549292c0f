import { useRow } from '@branchline/client/react'
import { formatMoney } from '../format/money.ts'
import { t } from '../i18n/index.ts'
import { useShop } from '../shop/Shop.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Icon } from '../ui/Icon.tsx'
import { useKeys } from '../ui/keys.ts'
import styles from './PaidDialog.module.css'
import { ReceiptView } from './ReceiptView.tsx'
import { receiptOf } from './receipt.ts'
import { SaleState, SaleSteps } from './SaleState.tsx'
import type { SoldSale } from './useSell.ts'

/** Opens only when the sale is safe on this device. One key, and the next customer stands there. */
export function PaidDialog({ sale, onNext }: { sale: SoldSale; onNext: () => void }) {
  const { branch } = useShop()
  const receipt = receiptOf(sale.writes)
  const row = useRow('sales', sale.id)
  const state = { id: sale.id, pending: row?.$pending ?? true }
  useKeys({ Enter: onNext, n: onNext, N: onNext, p: print, P: print })

  return (
    <Dialog
      title={t('till.paid')}
      onClose={onNext}
      aside={<SaleState {...state} />}
      footer={
        <div className={styles.buttons}>
          <Button size="lg" icon="print" keys="P" onClick={print}>
            {t('till.print')}
          </Button>
          <Button variant="primary" size="xl" keys="Enter" onClick={onNext} data-focus data-testid="next">
            {t('till.next')}
          </Button>
        </div>
      }
    >
      <div className={styles.paid} role="status">
        <span className={styles.mark}>
          <Icon name="check" size={32} />
        </span>
        {receipt.change > 0 ? (
          <p>
            {t('till.give_change')}
            <strong className={styles.change}>{formatMoney(receipt.change, branch.currency)}</strong>
          </p>
        ) : (
          <p>
            {t('till.paid_exactly')}
            <strong className={styles.change}>{formatMoney(receipt.total, branch.currency)}</strong>
          </p>
        )}
      </div>
      <ReceiptView receipt={receipt} />
      <SaleSteps {...state} />
    </Dialog>
  )
}

function print() {
  window.print()
}
