import type { Row } from '@branchline/client'
import { expect, it } from 'vitest'
import { fresh, newOrders, readComments, sawOrders, unreadComments } from './unread.ts'

const at = (minute: number) => `2026-11-28T09:${String(minute).padStart(2, '0')}:00.000Z`
const row = (id: string, minute: number | null, fields: object = {}): Row =>
  ({ id, created_at: minute === null ? null : at(minute), status: 'draft', ...fields }) as unknown as Row
const said = (order: string, minute: number, by = 'ben') =>
  row(`c${minute}`, minute, { subject_id: order, author_id: by })
const ids = (rows: readonly Row[]) => rows.map(({ id }) => id)

it('what was there when a device began to count is not new', () => {
  const looked = fresh([row('a', 1)], [said('a', 2)])
  expect(newOrders([row('a', 1)], looked, 'ana')).toEqual([])
  expect(unreadComments([said('a', 2)], looked, 'ana').size).toBe(0)
})

it('orders of others that came since are, until somebody looked', () => {
  const looked = fresh([row('a', 1)], [])
  const orders = [
    row('a', 1),
    row('b', 2, { cashier_id: 'ben' }),
    row('c', 3, { cashier_id: 'ana' }),
    row('d', 4, { status: 'cancelled' }),
    row('e', null),
  ]
  expect(ids(newOrders(orders, looked, 'ana'))).toEqual(['b'])
  const after = sawOrders(looked, orders)
  expect(newOrders(orders, after, 'ana')).toEqual([])
  expect(sawOrders(after, orders)).toBe(after)
})

it('comments of others are counted by order, until the order was open', () => {
  const looked = fresh([], [said('a', 1)])
  const comments = [said('a', 1), said('a', 2), said('a', 3), said('b', 4), said('b', 5, 'ana')]
  expect([...unreadComments(comments, looked, 'ana')]).toEqual([
    ['a', 2],
    ['b', 1],
  ])
  const read = readComments(looked, 'a', comments.slice(0, 3))
  expect([...unreadComments(comments, read, 'ana')]).toEqual([['b', 1]])
  expect(readComments(read, 'a', comments.slice(0, 3))).toBe(read)
})

it('no more orders are remembered as read than a browser should keep', () => {
  let looked = fresh([], [])
  for (let order = 0; order < 300; order++) looked = readComments(looked, `o${order}`, [said(`o${order}`, 9)])
  expect(Object.keys(looked.comments)).toHaveLength(200)
  expect(looked.comments.o299).toBe(at(9))
})
