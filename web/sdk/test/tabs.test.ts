import { afterEach, beforeEach, expect, it } from 'vitest'
import { openDeviceDatabase } from '../src/store/databases.ts'
import { type TabNews, Tabs } from '../src/tabs/tabs.ts'
import type { FakeNode } from './fake-node.ts'
import { openShop, riceStock, sell } from './shop.ts'
import { isLive, newProfile, startTill, stopTills, until } from './till.ts'

let node: FakeNode

beforeEach(async () => {
  node = await openShop()
})

afterEach(async () => {
  await stopTills()
  await node.stop()
})

it('ten tabs make one socket, and each sees what any of them sells', async () => {
  const profile = newProfile()
  const first = await startTill(node, profile)
  await until(() => first.isLoaded && isLive(first))
  const others = await Promise.all(Array.from({ length: 9 }, () => startTill(node, profile)))
  await until(() => others.every((till) => till.isLoaded && isLive(till)))
  expect(node.openSockets).toBe(1)
  for (const till of others) await sell(till)
  await until(() => [first, ...others].every((till) => till.row('inventories', riceStock)?.quantity === 1))
  await until(() => [first, ...others].every((till) => till.outbox.waiting === 0))
  expect(node.applied.length).toBe(9)
  expect(node.hellos.length).toBe(1)
  const last = others.at(-1)
  const sale = last?.rows('sales').at(0)?.id ?? ''
  await until(() => others.some((till) => till.outbox.progress('sales', sale)?.finalAt != null))
})

it('when the tab that leads is closed another one goes on at once', async () => {
  const profile = newProfile()
  const first = await startTill(node, profile)
  await until(() => first.isLoaded && isLive(first))
  const other = await startTill(node, profile)
  await until(() => isLive(other))
  await first.stop()
  await until(() => node.hellos.length === 2 && isLive(other))
  await sell(other)
  await until(() => node.applied.length === 1)
})

it('who signs out, or signs in as another, does so in every tab', async () => {
  const profile = newProfile()
  const one = await startTill(node, profile)
  await until(() => one.isLoaded && isLive(one))
  const other = await startTill(node, profile)
  await until(() => isLive(other))
  await one.signOut()
  await until(() => other.session.current === null && other.connection.state.kind === 'sign_in_needed')
  node.user = { ...node.user, id: 'u2', name: 'Ben' }
  await other.signIn('ben@shop', 'right')
  await until(() => one.session.current?.user.name === 'Ben' && one.isLoaded && isLive(one))
  await sell(one)
  await until(() => node.applied.length === 1)
  expect(one.deviceId).toBe(other.deviceId)
})

it('a leader that does not answer loses its place, once', async () => {
  const name = newProfile()
  const db = await openDeviceDatabase(name)
  await db.put('leases', 'a-tab-that-sleeps', `${name}:u1`)
  const led: string[] = []
  const stop = new AbortController()
  const tabs = ['one', 'two', 'three'].map((id) => {
    const heard: TabNews[] = []
    const tab = new Tabs({ name: `${name}:u1`, id, db }, (news) => void heard.push(news))
    void tab.lead(stop.signal, async (leading) => {
      led.push(id)
      await new Promise<void>((over) => leading.addEventListener('abort', () => over()))
    })
    return tab
  })
  await until(() => led.length > 0)
  await new Promise((resolve) => setTimeout(resolve, 2500))
  expect(tabs.filter((tab) => tab.isLeader).length).toBe(1)
  expect(led.length).toBeLessThanOrEqual(2)
  stop.abort()
  for (const tab of tabs) tab.close()
  db.close()
})
