import 'fake-indexeddb/auto'
import { WebSocket as PeerSocket } from 'ws'
import { type Branchline, createBranchline } from '../src/index.ts'
import type { FakeNode } from './fake-node.ts'

// Node 20 has no WebSocket of its own.
globalThis.WebSocket ??= PeerSocket as unknown as typeof WebSocket

let profiles = 0
const running = new Set<Branchline>()

/** A browser profile's name that no other test uses. */
export function newProfile(): string {
  profiles += 1
  return `profile-${profiles}`
}

/** A till that is started, on a profile of its own unless one is given. */
export async function startTill(node: FakeNode, profile = newProfile()): Promise<Branchline> {
  const till = createBranchline({ url: node.url, name: profile })
  running.add(till)
  await till.start()
  return till
}

export async function stopTills(): Promise<void> {
  for (const till of running) await till.stop()
  running.clear()
}

/** Waits until the claim holds; fails saying which when it does not within the time. */
export async function until(claim: () => boolean, within = 8000): Promise<void> {
  const end = Date.now() + within
  while (!claim()) {
    if (Date.now() > end) throw new Error(`Not so within ${within} ms: ${claim.toString()}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

export function isLive(till: Branchline): boolean {
  return till.connection.state.kind === 'live'
}
