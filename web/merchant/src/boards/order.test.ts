import type { Row } from '@branchline/client'
import { expect, it } from 'vitest'
import { moveWrites, orderWrites, paymentWrites, releaseWrites } from './order.ts'

const taker = { branchId: 'b', userId: 'u', userName: 'Ana', series: 'O-7F3' }
let next = 0
const newId = () => `id-${next++}`
const now = new Date('2026-11-21T08:00:00Z')

it('writes a new order as a draft whose total is the sum of its lines', () => {
  const lines = [
    { productId: 'rice', name: 'Rice', quantity: 3, unitPrice: 100 },
    { productId: 'soap', name: 'Soap', quantity: 1, unitPrice: 250 },
  ]
  const [order, ...written] = orderWrites(
    { clientName: ' Ana ', clientPhone: '', note: '', lines },
    taker,
    newId,
  )
  expect(order?.fields).toMatchObject({ status: 'draft', total: 550, client_name: 'Ana', client_phone: null })
  expect(written.map((line) => line.fields?.total)).toEqual([300, 250])
  expect(new Set(written.map((line) => line.fields?.order_id))).toEqual(new Set([order?.id]))
})

it('books the payment of an order together with the move to paid', () => {
  const order = { id: 'o', branch_id: 'b', total: 900, paid: 200 } as unknown as Row
  const writes = paymentWrites(order, 'card', 'u', newId, now)
  expect(writes.map((write) => write.table)).toEqual(['transactions', 'orders'])
  expect(writes[0]?.fields).toMatchObject({ amount: 700, method: 'card', order_id: 'o' })
  expect(writes[1]?.fields).toEqual({ status: 'paid' })
})

it('says who released an order and when', () => {
  const order = { id: 'o' } as unknown as Row
  expect(moveWrites(order, 'released', 'Ben', now)[0]?.fields).toEqual({
    status: 'released',
    released_by: 'Ben',
    released_at: '2026-11-21T08:00:00.000Z',
  })
  expect(moveWrites(order, 'for_release', 'Ben', now)[0]?.fields).toEqual({ status: 'for_release' })
})

it('takes the counted goods of a released order off the shelf in the same step', () => {
  const order = { id: 'o', branch_id: 'b' } as unknown as Row
  const lines = [
    { id: '1', product_id: 'rice', quantity: 2 },
    { id: '2', product_id: 'delivery', quantity: 1 },
    { id: '3', product_id: null, quantity: 1 },
  ] as unknown as Row[]
  const isCounted = (id: string) => id !== 'delivery'
  const release = { userId: 'u', userName: 'Ben', reason: 'Order released', now, newId, isCounted }
  const [move, ...movements] = releaseWrites(order, lines, release)
  expect(move?.fields).toMatchObject({ status: 'released', released_by: 'Ben' })
  expect(movements.map((write) => write.fields)).toMatchObject([
    { product_id: 'rice', branch_id: 'b', kind: 'out', quantity: -2, order_id: 'o' },
  ])
})
