import type { Row } from '@branchline/client'
import { Link } from '@tanstack/react-router'
import { formatNumber, words } from '../format/words.ts'
import { t, tOr } from '../i18n/index.ts'
import '../i18n/dashboard.ts'
import { Badge } from '../ui/Badge.tsx'
import { cx } from '../ui/cx.ts'
import { Empty, Skeleton } from '../ui/Empty.tsx'
import { useChanged } from '../ui/useChanged.ts'
import styles from './Dashboard.module.css'
import type { LowShelf } from './figures.ts'
import { Card } from './lists.tsx'

const states = ['draft', 'awaiting_payment', 'paid', 'for_release'] as const

export function LowStock({ shelves, loading }: { shelves: readonly LowShelf[]; loading: boolean }) {
  return (
    <Card title={t('dashboard.low')}>
      {loading && shelves.length === 0 && <Skeleton rows={5} height={32} />}
      {!loading && shelves.length === 0 && (
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
      <Link
        to="/back-office/$table"
        params={{ table: 'inventories' }}
        search={{ row: shelf.id }}
        className={cx(styles.name, styles.link)}
      >
        {shelf.name}
      </Link>
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
