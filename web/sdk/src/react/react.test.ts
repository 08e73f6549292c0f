// @vitest-environment jsdom
import { createElement, type ReactElement } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FakeNode } from '../../test/fake-node.ts'
import { openShop, order, rename, rice } from '../../test/shop.ts'
import { startTill, stopTills, until } from '../../test/till.ts'
import {
  BranchlineProvider,
  useConnection,
  useOutbox,
  useRealtimeOrders,
  useRow,
  useSession,
  useTable,
} from './index.ts'

let node: FakeNode

beforeEach(async () => {
  node = await openShop()
})

afterEach(async () => {
  await stopTills()
  await node.stop()
  document.body.replaceChildren()
})

function show(client: Awaited<ReturnType<typeof startTill>>, Screen: () => ReactElement): void {
  const root = createRoot(document.body.appendChild(document.createElement('div')))
  root.render(createElement(BranchlineProvider, { client }, createElement(Screen)))
}

const text = () => document.body.textContent ?? ''

describe('the hooks', () => {
  it('show rows, the connection and the queue, and change by themselves', async () => {
    const till = await startTill(node)
    let renders = 0
    show(till, () => {
      renders += 1
      const { rows, loading } = useTable('products', { where: { status: 'active' }, sort: 'name' })
      const { waiting, rejected } = useOutbox()
      const name = useRow('products', rice)?.name
      const parts = [
        loading ? 'loading' : rows.map((row) => row.name).join(','),
        name,
        useConnection().kind,
        useSession()?.user.name,
        waiting,
        rejected.length,
      ]
      return createElement('p', null, parts.join('|'))
    })
    await until(() => text() === 'Rice 5 kg|Rice 5 kg|live|Ana|0|0')
    await rename(till, 'Rice')
    await until(() => text() === 'Rice|Rice|live|Ana|0|0')
    const before = renders
    node.put('products', order, { name: 'Gone', price: 1, status: 'archived' })
    await until(() => till.row('products', order) !== undefined)
    expect(renders).toBe(before)
  })

  it('move an order on every board', async () => {
    const till = await startTill(node)
    const other = await startTill(node)
    await until(() => other.isLoaded)
    let move: ReturnType<typeof useRealtimeOrders>['move'] | undefined
    show(till, () => {
      const board = useRealtimeOrders({ status: ['draft', 'paid'] })
      move = board.move
      return createElement('p', null, board.orders.map((row) => row.status).join(','))
    })
    await until(() => text() === 'draft')
    await move?.(order, 'paid')
    await until(() => text() === 'paid')
    await until(() => other.row('orders', order)?.status === 'paid')
  })
})
