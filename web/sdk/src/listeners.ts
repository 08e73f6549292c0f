import type { Unsubscribe } from './api.ts'

/** Who wants to be told. */
export class Listeners {
  readonly #all = new Set<() => void>()

  add(listener: () => void): Unsubscribe {
    this.#all.add(listener)
    return () => this.#all.delete(listener)
  }

  tell(): void {
    for (const listener of [...this.#all]) listener()
  }
}
