// Missed events, by the plug-in over stock pusher-js, whose connections are cut at any byte.
import { afterAll, beforeAll, expect } from 'vitest'
import type { Node } from '../node.ts'
import { storm } from '../wire/cut-storm.ts'
import { expectWhole } from '../wire/expect-whole.ts'
import { disconnectAll, startRealtime } from '../wire/realtime.ts'
import { section } from '../wire/section.ts'

section('missed', (holds) => {
  let node: Node

  beforeAll(async () => {
    node = await startRealtime(['Branchline__Missed__Most=100000', 'Branchline__Missed__MostBytes=100000000'])
  })

  afterAll(async () => {
    disconnectAll()
    await node.remove()
  })

  holds('a hundred cuts at random bytes lose nothing, double nothing and change no order', async () => {
    const result = await storm(node.url, { clients: 20, cuts: 100, seed: 1 })

    expect(result.cuts).toBeGreaterThanOrEqual(100)
    expectWhole(result)
  })
})
