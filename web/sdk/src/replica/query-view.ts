import type { Row } from '../api.ts'
import type { CompiledQuery } from './query.ts'

/** More changes than this between two reads, and it is cheaper to sort anew. */
const mostSteps = 256

interface Step {
  readonly before: Row | undefined
  readonly after: Row | undefined
}

/** One query's rows, kept up to date row by row. The array given out stays the same until its content changes. */
export class QueryView {
  readonly #query: CompiledQuery
  #sorted: Row[] | null = null
  #result: readonly Row[] = []
  #steps: Step[] = []

  constructor(query: CompiledQuery) {
    this.#query = query
  }

  /** Notes that a row was replaced, came (no before) or went (no after). */
  note(before: Row | undefined, after: Row | undefined): void {
    if (this.#sorted === null) return
    const was = before !== undefined && this.#query.matches(before)
    const is = after !== undefined && this.#query.matches(after)
    if (!was && !is) return
    this.#steps.push({ before: was ? before : undefined, after: is ? after : undefined })
    if (this.#steps.length > mostSteps) this.#forget()
  }

  read(rows: Iterable<Row>): readonly Row[] {
    if (this.#sorted !== null && this.#steps.length === 0) return this.#result
    this.#sorted = (this.#sorted === null ? null : this.#step(this.#sorted)) ?? this.#build(rows)
    this.#steps = []
    const limited =
      this.#sorted.length > this.#query.limit ? this.#sorted.slice(0, this.#query.limit) : this.#sorted
    if (!isSameList(limited, this.#result)) this.#result = Object.freeze(limited.slice())
    return this.#result
  }

  #forget(): void {
    this.#sorted = null
    this.#steps = []
  }

  #build(rows: Iterable<Row>): Row[] {
    const matching: Row[] = []
    for (const row of rows) if (this.#query.matches(row)) matching.push(row)
    return matching.sort(this.#query.compare)
  }

  /** Null when a row is not where it should be: the caller's condition has changed its mind. */
  #step(sorted: Row[]): Row[] | null {
    for (const { before, after } of this.#steps) {
      if (before !== undefined) {
        const at = this.#find(sorted, before)
        if (sorted[at] !== before) return null
        if (after !== undefined && this.#query.compare(before, after) === 0) {
          sorted[at] = after
          continue
        }
        sorted.splice(at, 1)
      }
      if (after !== undefined) sorted.splice(this.#find(sorted, after), 0, after)
    }
    return sorted
  }

  /** Where the row is, or where it belongs. */
  #find(sorted: readonly Row[], row: Row): number {
    let low = 0
    let high = sorted.length
    while (low < high) {
      const middle = (low + high) >> 1
      const other = sorted[middle]
      if (other !== undefined && this.#query.compare(other, row) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

function isSameList(a: readonly Row[], b: readonly Row[]): boolean {
  return a.length === b.length && a.every((row, i) => row === b[i])
}
