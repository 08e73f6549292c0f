const patience = 20_000

/** What arrives, in order, for one reader who waits for it. */
export class Inbox<T> {
  readonly #arrived: T[] = []
  readonly #readers: ((one: T) => void)[] = []

  put(one: T): void {
    const reader = this.#readers.shift()
    if (reader) reader(one)
    else this.#arrived.push(one)
  }

  /** What is there already, unread. */
  get waiting(): readonly T[] {
    return this.#arrived
  }

  /** The next one; throws when nothing comes. */
  next(): Promise<T> {
    const one = this.#arrived.shift()
    if (one !== undefined) return Promise.resolve(one)

    return new Promise((resolve, reject) => {
      const reader = (arrived: T) => {
        clearTimeout(timer)
        resolve(arrived)
      }
      const timer = setTimeout(() => {
        this.#readers.splice(this.#readers.indexOf(reader), 1)
        reject(new Error('Nothing came'))
      }, patience)
      this.#readers.push(reader)
    })
  }
}
