import type { Row } from '@branchline/client'
import type { ReactNode } from 'react'
import { formatMoney } from '../format/money.ts'
import { formatClock } from '../format/time.ts'
import { formatNumber, words } from '../format/words.ts'
import { t, tOr } from '../i18n/index.ts'
import { Badge } from '../ui/Badge.tsx'
import { Empty, Skeleton } from '../ui/Empty.tsx'
import { useChanged } from '../ui/useChanged.ts'
import styles from './Dashboard.module.css'
import type { LowShelf, TopProduct } from './figures.ts'

const recent = 12
const states = ['draft', 'awaiting_payment', 'paid', 'for_release'] as const

function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={styles.card}>
      <h2>{title}</h2>
      {children}
    </section>
  )
}

export function RecentSales({
  sales,
  loading,
  currency,
}: {
  sales: readonly Row[]
  loading: boolean
  currency: string
}) {
  return (
    <Card title={t('dashboard.recent')}>
      {loading && sales.length === 0 && <Skeleton rows={5} height={32} />}
      {!loading && sales.length === 0 && (
        <Empty icon="receipt" title={t('dashboard.nothing_sold')} text={t('dashboard.nothing_sold_hint')} />
      )}
      <ul data-list="recent">
        {sales.slice(0, recent).map((sale) => (
          <li key={sale.id} className={styles.row}>
            <span className={styles.soft}>{formatClock(String(sale.sold_at))}</span>
            <span className={styles.name}>{String(sale.receipt_number)}</span>
            {sale.status !== 'paid' && <Badge tone="warn">{words(String(sale.status))}</Badge>}
            {sale.$pending && (
              <Badge tone="warn" icon="device">
                {t('dashboard.on_device')}
              </Badge>
            )}
            <span className={`figure ${styles.value}`}>{formatMoney(Number(sale.total ?? 0), currency)}</span>
          </li>
        ))}
      </ul>
    </Card>
  )
}

export function TopProducts({ products, currency }: { products: readonly TopProduct[]; currency: string }) {
  return (
    <Card title={t('dashboard.top')}>
      {products.length === 0 && (
        <Empty icon="chart" title={t('dashboard.nothing_sold')} text={t('dashboard.top_hint')} />
      )}
      <ol>
        {products.map((product) => (
          <li key={product.name} className={styles.row}>
            <span className={styles.name}>{product.name}</span>
            <span className={styles.soft}>{t('dashboard.pieces', { count: product.quantity })}</span>
            <span className={`figure ${styles.value}`}>{formatMoney(product.total, currency)}</span>
          </li>
        ))}
      </ol>
    </Card>
  )
}

export function LowStock({ shelves }: { shelves: readonly LowShelf[] }) {
  return (
    <Card title={t('dashboard.low')}>
      {shelves.length === 0 && (
        <Empty icon="check" title={t('dashboard.none_low')} text={t('dashboard.none_low_hint')} />
      )}
      <ul className={styles.list} data-list="low">
        {shelves.map((shelf) => (
          <LowRow key={shelf.id} shelf={shelf} />
        ))}
      </ul>
    </Card>
  )
}

function LowRow({ shelf }: { shelf: LowShelf }) {
  const lit = useChanged<HTMLLIElement>(shelf.onHand)
  return (
    <li ref={lit} className={styles.row}>
      <span className={styles.name}>{shelf.name}</span>
      <span className={styles.soft}>{t('dashboard.low_at', { figure: formatNumber(shelf.lowAt) })}</span>
      <Badge tone={shelf.onHand <= 0 ? 'bad' : 'warn'} icon="alert">
        {t(shelf.onHand < 0 ? 'dashboard.short' : 'dashboard.left', {
          figure: formatNumber(Math.abs(shelf.onHand)),
        })}
      </Badge>
    </li>
  )
}

export function OrdersByState({ orders }: { orders: readonly Row[] }) {
  return (
    <Card title={t('dashboard.orders')}>
      <ul>
        {states.map((state) => (
          <li key={state} className={styles.row}>
            <span className={styles.name}>{tOr(`states.${state}`, words(state))}</span>
            <span className={`figure ${styles.value}`} data-orders={state}>
              {formatNumber(orders.filter((order) => order.status === state).length)}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  )
}
