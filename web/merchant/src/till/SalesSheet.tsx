import type { Row } from '@branchline/client'
import { useBranchline, useOutbox, useTable } from '@branchline/client/react'
import { useMemo, useState } from 'react'
import { formatMoney } from '../format/money.ts'
import { dayOf, formatClock } from '../format/time.ts'
import { t } from '../i18n/index.ts'
import { useShop } from '../shop/Shop.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Empty } from '../ui/Empty.tsx'
import { OldReceipt, RefusedReceipt } from './OldReceipt.tsx'
import { SaleState } from './SaleState.tsx'
import styles from './SalesSheet.module.css'
import { type RefusedSale, refusedSales } from './saleSteps.ts'

type Chosen =
  | { readonly kind: 'kept'; readonly sale: Row }
  | { readonly kind: 'refused'; readonly sale: RefusedSale }

/** Today's sales of this till, each with how far it has come; what was refused stands first. */
export function SalesSheet({ till, onClose }: { till: Row; onClose: () => void }) {
  const { branch } = useShop()
  const { rejected } = useOutbox()
  const [chosen, setChosen] = useState<Chosen | null>(null)
  const today = dayOf(useBranchline().now())
  const query = useMemo(
    () => ({
      where: { till_id: till.id, sold_at: (at: unknown) => typeof at === 'string' && dayOf(at) === today },
      sort: '-sold_at',
    }),
    [till.id, today],
  )
  const { rows: sales } = useTable('sales', query)
  const refused = refusedSales(rejected, till.id).filter(({ id }) => !sales.some((sale) => sale.id === id))
  const total = sales.reduce((sum, sale) => sum + Number(sale.total), 0)
  const line = (sale: Row | RefusedSale, fields: Readonly<Record<string, unknown>>, pick: Chosen) => (
    <li key={sale.id}>
      <button type="button" className={styles.sale} onClick={() => setChosen(pick)}>
        <span className={styles.number}>{String(fields.receipt_number)}</span>
        <span className={styles.time}>{formatClock(String(fields.sold_at))}</span>
        <SaleState id={sale.id} pending={'$pending' in sale && sale.$pending === true} />
        <strong className="figure">{formatMoney(Number(fields.total), branch.currency)}</strong>
      </button>
    </li>
  )

  const ways = { onClose, onBack: () => setChosen(null) }
  if (chosen?.kind === 'kept') return <OldReceipt sale={chosen.sale} {...ways} />
  if (chosen?.kind === 'refused') return <RefusedReceipt sale={chosen.sale} {...ways} />
  return (
    <Dialog title={t('till.todays_sales')} shape="sheet" onClose={onClose}>
      <p className={styles.sum}>
        {t('till.sales_count', { count: sales.length })}
        <strong>{formatMoney(total, branch.currency)}</strong>
      </p>
      {sales.length + refused.length === 0 && (
        <Empty icon="receipt" title={t('till.no_sales')} text={t('till.no_sales_hint')} />
      )}
      <ul>
        {refused.map((sale) => line(sale, sale.fields, { kind: 'refused', sale }))}
        {sales.map((sale) => line(sale, sale, { kind: 'kept', sale }))}
      </ul>
    </Dialog>
  )
}
