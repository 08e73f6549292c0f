import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Branchline } from '../src/index.ts'
import type { FakeNode } from './fake-node.ts'
import { openShop, rename, sell } from './shop.ts'
import { isLive, newProfile, startTill, stopTills, until } from './till.ts'

let node: FakeNode

beforeEach(async () => {
  node = await openShop()
})

afterEach(async () => {
  await stopTills()
  await node.stop()
})

const lastSale = (till: Branchline) => till.rows('sales').at(-1)?.id ?? ''
const steps = (till: Branchline, id = lastSale(till)) => {
  const progress = till.outbox.progress('sales', id)
  if (progress === null) return null
  const { sentAt, confirmedAt, finalAt } = progress
  return [sentAt, confirmedAt, finalAt].map((time) => time !== null)
}

async function ready(profile = newProfile()): Promise<Branchline> {
  const till = await startTill(node, profile)
  await until(() => till.isLoaded && isLive(till))
  return till
}

describe('how far a sale has come', () => {
  it('is on this device, then with the node, and known after the next start', async () => {
    const profile = newProfile()
    const till = await ready(profile)
    node.isSilent = true
    await sell(till, 1)
    await until(() => steps(till)?.[0] === true)
    expect(steps(till)).toEqual([true, false, false])
    const shown = till.outbox.progress('sales', lastSale(till))
    expect(till.outbox.progress('sales', lastSale(till))).toBe(shown)
    node.isSilent = false
    node.cut()
    await until(() => steps(till)?.[1] === true)
    expect(steps(till)).toEqual([true, true, true])
    const sale = lastSale(till)
    const before = till.outbox.progress('sales', sale)
    await till.stop()
    const again = await startTill(node, profile)
    expect(again.outbox.progress('sales', sale)).toEqual(before)
    expect(again.outbox.progress('sales', 'another')).toBeNull()
  })

  it('is final only when head office has judged it, where there is one above the node', async () => {
    node.lastWord = { n: 0, refused: [], heard: '0' }
    const till = await ready()
    await rename(till, 'Rice')
    await until(() => till.outbox.provisional === 1)
    await sell(till, 1)
    await until(() => steps(till)?.[1] === true)
    expect(steps(till)).toEqual([true, true, false])
    node.tellWord(2, '1')
    await until(() => steps(till)?.[2] === true)
  })

  it('is nowhere when the node has refused it: it is in the tray', async () => {
    const till = await ready()
    node.judge = () => ({ code: 'not_allowed', reason: 'No' })
    await sell(till, 1)
    await until(() => till.outbox.rejected.length === 1)
    const sale = till.outbox.rejected[0]?.mutation.writes[0]?.id ?? ''
    expect(till.outbox.progress('sales', sale)).toBeNull()
  })
})

describe('the journal', () => {
  it('is taken over by another device, which sends it once, and twice changes nothing', async () => {
    const till = await ready()
    await node.stop()
    await until(() => till.connection.state.kind === 'offline')
    await sell(till, 2)
    await sell(till, 1)
    const journal = await till.outbox.exportJournal()
    await node.start()
    await until(() => till.outbox.waiting === 0)
    const other = await ready()
    expect(await other.outbox.importJournal(journal)).toEqual({ added: 2, known: 0 })
    await until(() => other.outbox.waiting === 0)
    expect(await other.outbox.importJournal(journal)).toEqual({ added: 0, known: 2 })
    expect(node.count('sales')).toBe(2)
  })

  it('says what is wrong with a file that is none', async () => {
    const till = await ready()
    await expect(till.outbox.importJournal(new Blob(['{"format":']))).rejects.toThrow('no journal')
    await expect(till.outbox.importJournal(new Blob(['{"format":"other"}']))).rejects.toThrow('no journal')
    const damaged = '{"format":"branchline-journal","version":1,"mutations":[{"n":1}],"rejected":[]}'
    await expect(till.outbox.importJournal(new Blob([damaged]))).rejects.toThrow('mutations[0]')
    expect(till.outbox.waiting).toBe(0)
  })
})
