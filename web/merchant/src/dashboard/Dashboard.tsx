import { useBranchline, useTable } from '@branchline/client/react'
import { useMemo } from 'react'
import { formatMoney } from '../format/money.ts'
import { dayOf } from '../format/time.ts'
import { formatNumber } from '../format/words.ts'
import { t } from '../i18n/index.ts'
import '../i18n/dashboard.ts'
import { useShop } from '../shop/Shop.tsx'
import { Skeleton } from '../ui/Empty.tsx'
import styles from './Dashboard.module.css'
import { Figure } from './Figure.tsx'
import { dayFigures, isOfDay, lowShelves, topProducts } from './figures.ts'
import { HourBars } from './HourBars.tsx'
import { RecentSales, TopProducts } from './lists.tsx'
import { LowStock, OrdersByState } from './standings.tsx'

const top = 6
const unknown = '–'

/** Today at this branch, from the replica: live while there is a network, and as it was known when there is none. */
export function Dashboard() {
  const { branch } = useShop()
  const today = dayOf(useBranchline().now())
  const own = useMemo(() => ({ where: { branch_id: branch.id } }), [branch.id])
  const todays = useMemo(
    () => ({ where: { branch_id: branch.id, sold_at: isOfDay(today) }, sort: '-sold_at' }),
    [branch.id, today],
  )
  const { rows: sales, loading } = useTable('sales', todays)
  const { rows: lines } = useTable('sale_lines', own)
  const { rows: shelves } = useTable('inventories', own)
  const { rows: products } = useTable('products')
  const { rows: orders } = useTable('orders', own)

  const figures = useMemo(() => dayFigures(sales), [sales])
  const best = useMemo(() => topProducts(lines, new Set(sales.map((sale) => sale.id)), top), [lines, sales])
  const low = useMemo(
    () => lowShelves(shelves, new Map(products.map((product) => [product.id, product]))),
    [shelves, products],
  )
  const openOrders = orders.filter((order) => !['released', 'cancelled'].includes(String(order.status)))
  const money = (amount: number) => formatMoney(amount, branch.currency)
  const average = figures.count === 0 ? 0 : Math.round(figures.takings / figures.count)

  return (
    <div className={styles.page}>
      <dl className={styles.figures}>
        <Figure
          label={t('dashboard.takings')}
          value={loading ? unknown : money(figures.takings)}
          name="takings"
        />
        <Figure
          label={t('dashboard.sales')}
          value={loading ? unknown : formatNumber(figures.count)}
          name="sales"
        />
        <Figure label={t('dashboard.average')} value={loading ? unknown : money(average)} name="average" />
        <Figure
          label={t('dashboard.open_orders')}
          value={formatNumber(openOrders.length)}
          name="open-orders"
        />
        <Figure label={t('dashboard.low')} value={formatNumber(low.length)} name="low" />
      </dl>
      <section className={`${styles.card} ${styles.wide}`}>
        <h2>{t('dashboard.by_hour')}</h2>
        {loading ? (
          <Skeleton rows={5} height={36} />
        ) : (
          <HourBars byHour={figures.byHour} currency={branch.currency} />
        )}
      </section>
      <OrdersByState orders={orders} />
      <RecentSales sales={sales} loading={loading} currency={branch.currency} />
      <TopProducts products={best} loading={loading} currency={branch.currency} />
      <LowStock shelves={low} loading={loading} />
    </div>
  )
}
