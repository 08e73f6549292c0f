import type { Row } from '@branchline/client'
import { useTable } from '@branchline/client/react'
import { useMemo, useState } from 'react'
import { formatMoney } from '../format/money.ts'
import { dayOf, formatClock } from '../format/time.ts'
import { t } from '../i18n/index.ts'
import { useShop } from '../shop/Shop.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Empty } from '../ui/Empty.tsx'
import { ReceiptView } from './ReceiptView.tsx'
import { receiptOfRows } from './receipt.ts'
import { SaleState } from './SaleState.tsx'
import styles from './SalesSheet.module.css'

/** Today's sales of this till, each with how far it has come. */
export function SalesSheet({ till, onClose }: { till: Row; onClose: () => void }) {
  const { branch } = useShop()
  const [chosen, setChosen] = useState<Row | null>(null)
  const today = dayOf(new Date())
  const query = useMemo(
    () => ({
      where: { till_id: till.id, sold_at: (at: unknown) => typeof at === 'string' && dayOf(at) === today },
      sort: '-sold_at',
    }),
    [till.id, today],
  )
  const { rows: sales } = useTable('sales', query)
  const total = sales.reduce((sum, sale) => sum + Number(sale.total), 0)

  if (chosen) return <OldReceipt sale={chosen} onClose={onClose} onBack={() => setChosen(null)} />
  return (
    <Dialog title={t('till.todays_sales')} shape="sheet" onClose={onClose}>
      <p className={styles.sum}>
        {t('till.sales_count', { count: sales.length })}
        <strong>{formatMoney(total, branch.currency)}</strong>
      </p>
      {sales.length === 0 && (
        <Empty icon="receipt" title={t('till.no_sales')} text={t('till.no_sales_hint')} />
      )}
      <ul>
        {sales.map((sale) => (
          <li key={sale.id}>
            <button type="button" className={styles.sale} onClick={() => setChosen(sale)}>
              <span className={styles.number}>{String(sale.receipt_number)}</span>
              <span className={styles.time}>{formatClock(String(sale.sold_at))}</span>
              <SaleState pending={sale.$pending} />
              <strong className="figure">{formatMoney(Number(sale.total), branch.currency)}</strong>
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  )
}

function OldReceipt({ sale, onClose, onBack }: { sale: Row; onClose: () => void; onBack: () => void }) {
  const ofSale = useMemo(() => ({ where: { sale_id: sale.id } }), [sale.id])
  const { rows: lines } = useTable('sale_lines', ofSale)
  const { rows: payments } = useTable('transactions', ofSale)
  return (
    <Dialog
      title={String(sale.receipt_number)}
      shape="sheet"
      onClose={onClose}
      footer={
        <>
          <Button size="lg" icon="arrowLeft" onClick={onBack}>
            {t('till.todays_sales')}
          </Button>
          <Button size="lg" icon="print" onClick={() => window.print()}>
            {t('till.print_copy')}
          </Button>
        </>
      }
    >
      <ReceiptView receipt={receiptOfRows(sale, lines, payments)} />
    </Dialog>
  )
}
