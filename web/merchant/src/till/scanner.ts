/** On average the keys of a scanner follow each other this closely, in milliseconds; nobody types so. */
const averageGap = 35
/** After a pause this long something else begins. A shorter one is a busy device in the middle of a code. */
const pause = 100
const shortest = 4

/**
 * Tells a wedge scanner from a person by its speed: a run of quick printable keys that ends with Enter or Tab is a code.
 * A run is taken whole or not at all, so a hiccup never leaves half a code that might be another product's.
 * Feed it every key; it answers with a code when one is complete.
 */
export class ScanDetector {
  #code = ''
  #first = 0
  #last = 0

  feed(key: string, at: number): string | null {
    if (at - this.#last > pause) this.#code = ''
    this.#last = at
    if (key === 'Enter' || key === 'Tab') return this.#end(at)
    if (key.length === 1) {
      if (this.#code === '') this.#first = at
      this.#code += key
    } else if (key !== 'Shift') this.#code = ''
    return null
  }

  #end(at: number): string | null {
    const code = this.#code
    this.#code = ''
    const isQuick = at - this.#first <= averageGap * code.length
    return code.length >= shortest && isQuick ? code : null
  }
}
