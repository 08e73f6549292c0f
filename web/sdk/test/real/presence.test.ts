import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Branchline, createBranchline } from '../../src/index.ts'
import '../till.ts'
import { newProfile, until } from '../till.ts'
import { hasProgram, RealNode } from './program.ts'

const password = 'branchline-demo'
const node = new RealNode()
const open: Branchline[] = []
const enough = 30_000

async function signIn(email: string): Promise<Branchline> {
  const client = createBranchline({ url: node.url, name: newProfile() })
  open.push(client)
  await client.start()
  expect(await client.signIn(email, password)).toEqual({ kind: 'signed_in' })
  return client
}

const names = (client: Branchline, channel: string) =>
  client.presence.members(channel).map(({ name }) => name)
const branchOf = (client: Branchline) => `presence-branch.${client.session.current?.branches[0]?.id}`
const nameOf = (client: Branchline) => client.session.current?.user.name ?? ''

describe.skipIf(!hasProgram)('presence at a real node', () => {
  let cashier: Branchline
  let manager: Branchline

  beforeAll(async () => {
    await node.start()
    cashier = await signIn('cashier@demo.shop')
    manager = await signIn('manager@demo.shop')
  }, 60_000)

  afterAll(async () => {
    for (const client of open) await client.stop()
    await node.remove()
  })

  it('a person is seen by whoever is there, once however many devices they have, until the last is gone', async () => {
    const channel = branchOf(cashier)
    const second = await signIn('cashier@demo.shop')
    let told = 0
    const unwatch = manager.presence.watch(channel, () => told++)
    const leave = cashier.presence.watch(channel, () => {})
    const leaveToo = second.presence.watch(channel, () => {})
    await until(() => second.presence.members(channel).length === 2, enough)
    await until(() => manager.presence.members(channel).length === 2, enough)
    expect(names(manager, channel).toSorted()).toEqual([nameOf(cashier), nameOf(manager)].toSorted())
    expect(told).toBeGreaterThan(0)
    expect(manager.presence.members(channel)).toBe(manager.presence.members(channel))

    leave()
    const row = `${channel}.row.orders.${manager.newId()}`
    const look = cashier.presence.watch(row, () => {})
    await until(() => cashier.presence.members(row).length === 1, enough)
    expect(manager.presence.members(channel).length).toBe(2)
    leaveToo()
    await until(() => manager.presence.members(channel).length === 1, enough)
    look()
    unwatch()
  }, 60_000)

  it('a channel of another branch stays closed', async () => {
    const other = await signIn('cashier2@demo.shop')
    const [own, foreign] = [branchOf(other), branchOf(cashier)]
    expect(own).not.toBe(foreign)
    const leave = [other.presence.watch(foreign, () => {}), other.presence.watch(own, () => {})]
    await until(() => other.presence.members(own).length === 1, enough)
    expect(other.presence.members(foreign)).toEqual([])
    for (const run of leave) run()
  }, 60_000)

  it('after the node was killed and started again nobody is doubled and nobody is left over', async () => {
    const channel = `${branchOf(cashier)}.row.orders.kept`
    const third = await signIn('releasing@demo.shop')
    const leave = [cashier, manager, third].map((client) => client.presence.watch(channel, () => {}))
    await until(() => cashier.presence.members(channel).length === 3, enough)
    await node.kill()
    await third.stop()
    await node.start()
    await until(() => cashier.presence.members(channel).length === 2, enough)
    await until(() => manager.presence.members(channel).length === 2, enough)
    expect(names(manager, channel).toSorted()).toEqual([nameOf(cashier), nameOf(manager)].toSorted())
    for (const run of leave) run()
  }, 90_000)

  it('whoever signs out is seen no longer, and sees nobody', async () => {
    const channel = branchOf(manager)
    const leave = [manager, cashier].map((client) => client.presence.watch(channel, () => {}))
    await until(() => manager.presence.members(channel).length === 2, enough)
    await cashier.signOut()
    expect(cashier.presence.members(channel)).toEqual([])
    await until(() => manager.presence.members(channel).length === 1, enough)
    for (const run of leave) run()
  }, 60_000)
})
