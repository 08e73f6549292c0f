import { expect } from 'vitest'
import type { StormResult } from './cut-storm.ts'

/** Nothing lost, nothing doubled, everybody in the same order, each publisher's events in the order it published them. */
export function expectWhole({ reference, clients, published }: StormResult): void {
  for (const [from, count] of Object.entries(published)) {
    const [by, channel] = from.split(' ') as [string, string]
    const said = reference.heard[channel]?.filter((one) => one.startsWith(`${by} `))
    expect(said).toEqual(Array.from({ length: count }, (_, at) => `${by} ${at + 1}`))
  }
  for (const client of clients) {
    expect(client.heard).toEqual(reference.heard)
    expect(client.unrecovered).toEqual([])
  }
}
