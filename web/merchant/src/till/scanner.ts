/** Between most of a scanner's keys lie no more milliseconds than this; nobody types so. */
const scannerGap = 35
/** After a pause this long something else begins. */
const pause = 100
/** A busy device may stop that long in the middle of a code; what came at a scanner's speed before is still its beginning. */
const longestStop = 1000
const shortest = 4

export interface Scan {
  readonly code: string
  /** False when the keys came so unevenly that one of them may be a person's. */
  readonly isEven: boolean
}

/**
 * Tells a wedge scanner from a person by its speed: a run of quick printable keys that ends with Enter or Tab is a code.
 * A run is taken whole or not at all, so a hiccup never leaves half a code that might be another product's.
 * Feed it every key; it answers with a scan when one is complete.
 */
export class ScanDetector {
  #code = ''
  #gaps: number[] = []
  #last = 0

  /** What has come of a run that may become a scan. */
  get begun(): string {
    return this.#code
  }

  /** Whether a person hardly types so. */
  get isLikely(): boolean {
    return this.#isQuick(shortest - 1)
  }

  feed(key: string, at: number): Scan | null {
    const gap = at - this.#last
    this.#last = at
    if (this.#code !== '' && !this.#goesOn(gap)) this.forget()
    const isEnd = key === 'Enter' || key === 'Tab'
    if (this.#code !== '' && (isEnd || key.length === 1)) this.#gaps.push(gap)
    if (isEnd) return this.#end()
    if (key.length === 1) this.#code += key
    else if (key !== 'Shift') this.forget()
    return null
  }

  /** What has come was no scan. */
  forget(): void {
    this.#code = ''
    this.#gaps = []
  }

  #goesOn(gap: number): boolean {
    return gap <= pause || (gap <= longestStop && this.#isQuick(2))
  }

  #isQuick(keys: number): boolean {
    return this.#code.length >= keys && middle(this.#gaps) <= scannerGap
  }

  #end(): Scan | null {
    const code = this.#code
    const scan = this.#isQuick(shortest) ? { code, isEven: isEven(this.#gaps) } : null
    this.forget()
    return scan
  }
}

function middle(gaps: readonly number[]): number {
  return [...gaps].sort((a, b) => a - b)[gaps.length >> 1] ?? 0
}

function isEven(gaps: readonly number[]): boolean {
  return Math.max(...gaps) <= Math.max(scannerGap, 3 * middle(gaps))
}
