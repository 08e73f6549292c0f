import type { Row } from '@branchline/client'
import { useBranchline, useMutate, useRealtimeOrders, useTable } from '@branchline/client/react'
import { useMemo, useState } from 'react'
import { formatMoney } from '../format/money.ts'
import { dayOf } from '../format/time.ts'
import { t } from '../i18n/index.ts'
import '../i18n/boards.ts'
import { useNews, useSeen } from '../news/useNews.ts'
import { useShop } from '../shop/Shop.tsx'
import { Button } from '../ui/Button.tsx'
import { SearchField } from '../ui/SearchField.tsx'
import { useToast } from '../ui/Toast.tsx'
import { phone, useMedia } from '../ui/useMedia.ts'
import { Board } from './Board.tsx'
import styles from './Card.module.css'
import { Card } from './Card.tsx'
import { columnsOf } from './columns.ts'
import { movesFrom } from './moves.ts'
import { NewOrder } from './NewOrder.tsx'
import { OrderSheet } from './OrderSheet.tsx'
import { linesByOrder, moveWrites, releaseWrites } from './order.ts'
import { emptyWord } from './pages.tsx'
import { TakePayment } from './TakePayment.tsx'

type Open = { readonly kind: 'new' } | { readonly kind: 'order' | 'payment'; readonly id: string } | null

/** Every board shows the same orders; what one person moves, everybody sees moving. */
export function OrdersBoard({ states, mayCreate }: { states: readonly string[]; mayCreate: boolean }) {
  const { branch, user } = useShop()
  const client = useBranchline()
  const mutate = useMutate()
  const show = useToast()
  const isPhone = useMedia(phone)
  const { orders, loading } = useRealtimeOrders(useMemo(() => ({ branch: branch.id }), [branch.id]))
  const { rows: lines } = useTable(
    'order_lines',
    useMemo(() => ({ where: { branch_id: branch.id } }), [branch.id]),
  )
  const { comments } = useNews()
  useSeen(orders)
  const [search, setSearch] = useState('')
  const [open, setOpen] = useState<Open>(null)
  const byOrder = useMemo(() => linesByOrder(lines), [lines])
  const columns = columnsOf(orders, states, search, dayOf(client.now()), emptyWord)
  const opened = open && open.kind !== 'new' ? orders.find((order) => order.id === open.id) : undefined

  const release = (order: Row) =>
    releaseWrites(order, byOrder.get(order.id) ?? [], {
      userId: user.id,
      userName: user.name,
      reason: t('boards.order_released'),
      now: client.now(),
      newId: () => client.newId(),
      isCounted: (productId) => client.row('products', productId)?.tracked !== false,
    })
  const move = (order: Row, to: string) => {
    if (to === 'paid') return setOpen({ kind: 'payment', id: order.id })
    const writes = to === 'released' ? release(order) : moveWrites(order, to, user.name, client.now())
    mutate(writes).catch((error: Error) => show({ tone: 'bad', text: error.message }))
  }
  const movesOf = (order: Row) => movesFrom(client.schema, 'orders', String(order.status), user.role)

  return (
    <>
      <Board
        columns={columns}
        loading={loading}
        tools={
          <>
            <SearchField label={t('boards.search_orders')} value={search} onChange={setSearch} />
            {mayCreate && (
              <Button
                variant="primary"
                size="lg"
                icon="plus"
                aria-label={t('boards.new_order')}
                onClick={() => setOpen({ kind: 'new' })}
              >
                {isPhone ? t('boards.new') : t('boards.new_order')}
              </Button>
            )}
          </>
        }
        card={(order) => (
          <Card
            row={order}
            title={String(order.client_name ?? '') || t('boards.walk_in')}
            figure={formatMoney(Number(order.total ?? 0), branch.currency)}
            moves={movesOf(order)}
            unread={comments.get(order.id) ?? 0}
            onMove={(to) => move(order, to)}
            onOpen={() => setOpen({ kind: 'order', id: order.id })}
          >
            <span className={styles.goods}>
              {(byOrder.get(order.id) ?? []).map((line) => `${line.quantity} ${line.name}`).join(', ')}
            </span>
          </Card>
        )}
      />
      {open?.kind === 'new' && <NewOrder onClose={() => setOpen(null)} />}
      {open?.kind === 'order' && opened && (
        <OrderSheet
          order={opened}
          lines={byOrder.get(opened.id) ?? []}
          moves={movesOf(opened)}
          onMove={(to) => move(opened, to)}
          onClose={() => setOpen(null)}
        />
      )}
      {open?.kind === 'payment' && opened && <TakePayment order={opened} onClose={() => setOpen(null)} />}
    </>
  )
}
