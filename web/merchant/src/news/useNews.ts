import type { Row } from '@branchline/client'
import { useRealtimeOrders, useTable } from '@branchline/client/react'
import { useCallback, useEffect, useMemo } from 'react'
import { useShop } from '../shop/Shop.tsx'
import { setLooked, useLooked } from './looked.ts'
import { fresh, type Looked, newOrders, readComments, sawOrders, unreadComments } from './unread.ts'

const none: readonly Row[] = []
const noCounts: ReadonlyMap<string, number> = new Map()

/** What is new at the branch for whoever works on this device. */
export interface News {
  readonly orders: readonly Row[]
  /** Unread comments by order. */
  readonly comments: ReadonlyMap<string, number>
  /** All of it together. */
  readonly count: number
  /** False until it is known what was there before. */
  readonly isReady: boolean
}

export function useNews(): News {
  const { branch, user } = useShop()
  const key = useKey()
  const looked = useLooked(key)
  const { orders, loading } = useRealtimeOrders(useMemo(() => ({ branch: branch.id }), [branch.id]))
  const about = useMemo(() => ({ where: { branch_id: branch.id, subject_table: 'orders' } }), [branch.id])
  const { rows: comments } = useTable('comments', about)
  useEffect(() => {
    if (looked === null && !loading && branch.id !== '') setLooked(key, fresh(orders, comments))
  }, [looked, loading, key, branch.id, orders, comments])
  return useMemo(() => {
    const here = looked === null ? none : newOrders(orders, looked, user.id)
    const unread = looked === null ? noCounts : unreadComments(comments, looked, user.id)
    const count = [...unread.values()].reduce((sum, one) => sum + one, here.length)
    return { orders: here, comments: unread, count, isReady: looked !== null && !loading }
  }, [orders, comments, looked, user.id, loading])
}

/** Whoever has the board before them has seen these orders. */
export function useSeen(orders: readonly Row[]): void {
  useLook(useCallback((looked) => sawOrders(looked, orders), [orders]))
}

/** Whoever has the order open has read these comments. */
export function useRead(order: string, comments: readonly Row[]): void {
  useLook(useCallback((looked) => readComments(looked, order, comments), [order, comments]))
}

function useKey(): string {
  const { branch, user } = useShop()
  return `${user.id}.${branch.id}`
}

/** Notes what is looked at; what a hidden page shows nobody has looked at. */
function useLook(see: (looked: Looked) => Looked): void {
  const key = useKey()
  const looked = useLooked(key)
  useEffect(() => {
    const look = () => {
      if (looked !== null && document.visibilityState === 'visible') setLooked(key, see(looked))
    }
    look()
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [key, looked, see])
}
