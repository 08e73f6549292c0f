// @vitest-environment jsdom
// The guide's React app, as it stands, against a scripted node.
import { createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { App, open, Talk } from '../../../../docs/guide/react/Shop.tsx'
import type { Branchline } from '../../src/index.ts'
import { BranchlineProvider } from '../../src/react/index.ts'
import type { FakeNode } from '../fake-node.ts'
import { openShop, order, rice } from '../shop.ts'
import { until } from '../till.ts'

const text = () => document.body.textContent ?? ''
let node: FakeNode
let client: Branchline

beforeEach(async () => {
  node = await openShop()
  client = await open(node.url)
})

afterEach(async () => {
  await client.stop()
  await node.stop()
  document.body.replaceChildren()
})

function show(element: ReturnType<typeof createElement>): void {
  createRoot(document.body.appendChild(document.createElement('main'))).render(element)
}

it('shows stock with its products, writes, and says how the line stands', async () => {
  show(createElement(App, { client }))
  await until(() => text().includes('Ana, live, 0 waiting, 0 refused'))
  await until(() => text().includes('10 × Rice 5 kg at 1250'))
  document.querySelector<HTMLButtonElement>('li button')?.click()
  await until(() => text().includes('10 × Rice 5 kg at 2500'))
  await until(() => client.outbox.waiting === 0)
  expect(client.row('products', rice)).toMatchObject({ price: 2500 })
})

it('takes what somebody says about an order', async () => {
  await until(() => client.isLoaded)
  show(createElement(BranchlineProvider, { client }, createElement(Talk, { order })))
  await until(() => document.querySelector('input') !== null)
  const input = document.querySelector<HTMLInputElement>('input')
  if (input) input.value = 'Call before noon'
  document.querySelector('form')?.requestSubmit()
  await until(() => text().includes('Ana: Call before noon'))
})
