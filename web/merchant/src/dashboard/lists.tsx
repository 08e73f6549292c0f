import type { Row } from '@branchline/client'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { formatMoney } from '../format/money.ts'
import { formatClock } from '../format/time.ts'
import { words } from '../format/words.ts'
import { t } from '../i18n/index.ts'
import '../i18n/dashboard.ts'
import { Badge } from '../ui/Badge.tsx'
import { cx } from '../ui/cx.ts'
import { Empty, Skeleton } from '../ui/Empty.tsx'
import styles from './Dashboard.module.css'
import type { TopProduct } from './figures.ts'

const recent = 12

export function Card({ title, children }: { title: string; children: ReactNode }) {
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
            <Link
              to="/back-office/$table"
              params={{ table: 'sales' }}
              search={{ row: sale.id }}
              className={cx(styles.name, styles.link)}
            >
              {String(sale.receipt_number)}
            </Link>
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

export function TopProducts({
  products,
  loading,
  currency,
}: {
  products: readonly TopProduct[]
  loading: boolean
  currency: string
}) {
  return (
    <Card title={t('dashboard.top')}>
      {loading && <Skeleton rows={5} height={32} />}
      {!loading && products.length === 0 && (
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
