import { describe, it } from 'vitest'
import { pending } from './pending.ts'

export type Holds = (title: string, check: () => Promise<void> | void) => void

/** One part of the protocol. What the server does not do yet is skipped and says so. */
export function section(name: string, body: (holds: Holds) => void): void {
  describe(name, () => {
    body((title, check) => {
      if (isPending(name, title)) it.skip(`pending: ${title}`, check)
      else it(title, check)
    })
  })
}

export function isPending(name: string, title: string): boolean {
  return pending.includes(name) || pending.includes(`${name}: ${title}`)
}
