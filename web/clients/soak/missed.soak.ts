// A thousand connections cut at random bytes. SEED chooses others.
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Node } from '../node.ts'
import { storm } from '../wire/cut-storm.ts'
import { expectWhole } from '../wire/expect-whole.ts'
import { disconnectAll, startRealtime } from '../wire/realtime.ts'

let node: Node

beforeAll(async () => {
  node = await startRealtime(['Branchline__Missed__Most=100000', 'Branchline__Missed__MostBytes=100000000'])
})

afterAll(async () => {
  disconnectAll()
  await node.remove()
})

it('a thousand cuts at random bytes lose nothing, double nothing and change no order', async () => {
  const result = await storm(node.url, { clients: 40, cuts: 1000, seed: Number(process.env.SEED ?? 1) })

  expect(result.cuts).toBeGreaterThanOrEqual(1000)
  expectWhole(result)
})
