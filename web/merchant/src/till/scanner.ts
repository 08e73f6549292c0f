/** Keys of a scanner follow each other this closely, in milliseconds; nobody types so. */
const keyGap = 35
const shortest = 4

/**
 * Tells a wedge scanner from a person by its speed: a run of quick printable keys that ends with Enter or Tab is a code.
 * Feed it every key; it answers with a code when one is complete.
 */
export class ScanDetector {
  #code = ''
  #last = 0

  feed(key: string, at: number): string | null {
    const quick = at - this.#last <= keyGap
    this.#last = at
    if (key === 'Enter' || key === 'Tab') {
      const code = quick ? this.#code : ''
      this.#code = ''
      return code.length >= shortest ? code : null
    }
    if (key.length !== 1) {
      if (key !== 'Shift') this.#code = ''
      return null
    }
    this.#code = quick ? this.#code + key : key
    return null
  }
}
