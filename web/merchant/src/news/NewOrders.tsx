import { useNavigate, useRouterState } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { t } from '../i18n/index.ts'
import { useToast } from '../ui/Toast.tsx'
import { ring } from './sound.ts'
import { useNews } from './useNews.ts'

/** Says once that an order came, wherever one is; who has the board before them sees it there, and hears it. */
export function NewOrders({ board }: { board: string }) {
  const { orders, isReady } = useNews()
  const show = useToast()
  const navigate = useNavigate()
  const isThere = useRouterState({ select: (state) => state.location.pathname === board })
  const told = useRef<ReadonlySet<string> | null>(null)
  useEffect(() => {
    if (!isReady) return
    const before = told.current
    told.current = new Set([...(before ?? []), ...orders.map(({ id }) => id)])
    const came = before === null ? [] : orders.filter(({ id }) => !before.has(id))
    const [first] = came
    if (!first) return
    ring()
    if (isThere) return
    const what = [first.client_name, first.number].filter(Boolean).join(', ')
    show({
      tone: 'plain',
      text:
        came.length > 1 ? t('people.new_orders', { count: came.length }) : t('people.new_order', { what }),
      action: { label: t('people.show'), run: () => void navigate({ to: board }) },
    })
  }, [orders, isReady, isThere, board, show, navigate])
  return null
}
