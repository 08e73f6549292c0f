import { describe, it } from 'vitest'

export type Holds = (title: string, check: () => Promise<void> | void) => void

/** One part of the protocol: the table of conformance calls its tests `name: title`. */
export function section(name: string, body: (holds: Holds) => void): void {
  describe(name, () => body((title, check) => it(title, check)))
}
