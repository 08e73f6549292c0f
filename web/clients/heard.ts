import { expect } from 'vitest'

/** What a client heard, in order, and a way to wait for it. */
export class Heard<T = unknown> {
  readonly #all: { readonly name: string; readonly data: T }[] = []

  note(name: string): (data: T) => void {
    return (data) => {
      this.#all.push({ name, data })
    }
  }

  count(name: string): number {
    return this.#all.filter((one) => one.name === name).length
  }

  data(name: string): readonly T[] {
    return this.#all.filter((one) => one.name === name).map((one) => one.data)
  }

  get names(): readonly string[] {
    return this.#all.map((one) => one.name)
  }

  forget(): void {
    this.#all.length = 0
  }

  /** Waits until it was heard so often, then a little longer to see that no more comes. */
  async expect(name: string, times = 1): Promise<void> {
    await expect.poll(() => this.count(name), { timeout: 20_000, interval: 20 }).toBeGreaterThanOrEqual(times)
    await pause(150)
    expect(this.count(name), name).toBe(times)
  }
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
