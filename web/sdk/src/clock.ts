/** A hybrid logical time: milliseconds and a counter for what happened within one of them. */
export interface LogicalTime {
  readonly ms: number
  readonly counter: number
}

/** Fixed-width text whose ordinary string order is time order. */
export function encodeStamp(time: LogicalTime, device: string): string {
  return `${time.ms.toString(16).padStart(12, '0')}${time.counter.toString(16).padStart(4, '0')}-${device}`
}

/** Undefined when the text is not a stamp. */
export function parseStamp(stamp: string): (LogicalTime & { readonly device: string }) | undefined {
  const match = /^([0-9a-f]{12})([0-9a-f]{4})-([a-z0-9-]{1,64})$/.exec(stamp)
  if (match?.[1] === undefined || match[2] === undefined || match[3] === undefined) return undefined
  return { ms: Number.parseInt(match[1], 16), counter: Number.parseInt(match[2], 16), device: match[3] }
}

/** The next time after `last` when the clock shows `now`. Never backwards, whatever the clock does. */
export function nextTime(last: LogicalTime, now: number): LogicalTime {
  if (now > last.ms) return { ms: now, counter: 0 }
  if (last.counter < 0xffff) return { ms: last.ms, counter: last.counter + 1 }
  return { ms: last.ms + 1, counter: 0 }
}

export function laterOf(a: LogicalTime, b: LogicalTime): LogicalTime {
  return a.ms > b.ms || (a.ms === b.ms && a.counter >= b.counter) ? a : b
}

/** A stamp this far ahead of the node was made by a wrong clock and is not followed. */
const furthestAhead = 5 * 60_000

/** This device's idea of the node's time: its own clock, corrected at each contact. */
export class Clock {
  readonly #now: () => number
  #offset = 0
  #seen: LogicalTime = { ms: 0, counter: 0 }

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  /** Milliseconds by which the node is ahead of this device. */
  get offset(): number {
    return this.#offset
  }

  now(): number {
    return this.#now() + this.#offset
  }

  /** The latest time read in a stamp of others; the next own stamp is later. */
  get seen(): LogicalTime {
    return this.#seen
  }

  /** Takes the node's time from an answer; `askedAt` is this device's uncorrected clock when it asked. */
  correct(nodeTime: string, askedAt: number): void {
    const node = Date.parse(nodeTime)
    if (!Number.isFinite(node)) return
    this.#offset = Math.round(node - (askedAt + this.#now()) / 2)
    // What is far ahead of the node now was read while its clock or this one was wrong.
    if (this.#seen.ms > node + furthestAhead) this.#seen = { ms: node, counter: 0 }
  }

  /** Takes over what another tab has found out. */
  follow(offset: number): void {
    this.#offset = offset
  }

  observe(stamp: string): void {
    const time = parseStamp(stamp)
    if (time === undefined || time.ms > this.now() + furthestAhead) return
    this.#seen = laterOf(this.#seen, time)
  }

  /** Whether this own stamp was made while the clock was wrong: the node has put one of its own in the place, and it is not followed. */
  isWrong(last: LogicalTime): boolean {
    return last.ms > Math.max(this.now(), this.#seen.ms) + furthestAhead
  }

  /** Goes on after what was read before the page was last closed, wherever this device's clock stands now. */
  continueAfter(seen: LogicalTime): void {
    this.#seen = laterOf(this.#seen, seen)
  }

  /** This device's uncorrected clock. */
  raw(): number {
    return this.#now()
  }
}
