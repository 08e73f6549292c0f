import type { Fields, JsonValue } from '../protocol/values.ts'

/** Sixty-four bits: JavaScript multiplies and adds thirty-two at a time. */
export interface Sum {
  readonly high: number
  readonly low: number
}

export const nothing: Sum = { high: 0, low: 0 }

export function plus(a: Sum, b: Sum): Sum {
  const low = a.low + b.low
  return { high: (a.high + b.high + (low > 0xffffffff ? 1 : 0)) >>> 0, low: low >>> 0 }
}

export function minus(a: Sum, b: Sum): Sum {
  return { high: (a.high - b.high - (a.low < b.low ? 1 : 0)) >>> 0, low: (a.low - b.low) >>> 0 }
}

/** As a sum travels. */
export function formatSum({ high, low }: Sum): string {
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0')
}

/**
 * The checksum of a row as the node has it, from `names` in the order of `sort()`. How is said, with examples, in
 * `protocol/sync/checksums.json`.
 */
export function rowChecksum(table: string, id: string, names: readonly string[], fields: Fields): Sum {
  writer.begin()
  writer.text(table)
  writer.text(id)
  for (const name of names) {
    const value = Object.hasOwn(fields, name) ? fields[name] : null
    if (value === undefined || value === null) continue
    writer.text(name)
    writer.value(value)
  }
  return writer.sum()
}

/** Writes the bytes of one row after the other into the same buffer. */
class ChecksumWriter {
  readonly #encoder = new TextEncoder()
  #bytes = new Uint8Array(4096)
  #view = new DataView(this.#bytes.buffer)
  #length = 0

  begin(): void {
    this.#length = 0
  }

  text(text: string): void {
    this.#grow(4 + 3 * text.length + 4)
    const start = this.#length + 4
    let at = start
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i)
      if (unit > 0x7f) {
        at += this.#encoder.encodeInto(text.slice(i), this.#bytes.subarray(at)).written
        break
      }
      this.#bytes[at++] = unit
    }
    this.#view.setUint32(this.#length, at - start, true)
    this.#length = at
  }

  value(value: JsonValue): void {
    if (value === null) this.#tag('n')
    else if (typeof value === 'string') this.#tagged('s', value)
    else if (typeof value === 'number') this.#number(value)
    else if (typeof value === 'boolean') this.#tag(value ? 't' : 'f')
    else if (Array.isArray(value)) this.#list(value as readonly JsonValue[])
    else this.#members(value as { readonly [key: string]: JsonValue })
  }

  sum(): Sum {
    const length = this.#length
    this.#grow(4)
    while (this.#length % 4 !== 0) this.#bytes[this.#length++] = 0
    let high = 0x9747b28c
    let low = 0x3c6ef372
    for (let at = 0; at < this.#length; at += 4) {
      const word = this.#view.getUint32(at, true)
      high ^= Math.imul(rotate(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593)
      high = (Math.imul(rotate(high, 13), 5) + 0xe6546b64) | 0
      low ^= Math.imul(rotate(Math.imul(word, 0x239b961b), 16), 0xab0e9789)
      low = (Math.imul(rotate(low, 17), 5) + 0x561ccd1b) | 0
    }
    return { high: finish(high ^ length), low: finish(low ^ length) }
  }

  #tagged(letter: string, text: string): void {
    this.#tag(letter)
    this.text(text)
  }

  #list(list: readonly JsonValue[]): void {
    this.#tag('a')
    this.#count(list.length)
    for (const item of list) this.value(item)
  }

  #members(value: { readonly [key: string]: JsonValue }): void {
    const names = Object.keys(value).sort()
    this.#tag('o')
    this.#count(names.length)
    for (const name of names) {
      this.text(name)
      this.value(value[name] ?? null)
    }
  }

  #number(value: number): void {
    this.#tag('d')
    this.#grow(8)
    this.#view.setFloat64(this.#length, value === 0 ? 0 : value, true) // Minus nought is nought.
    this.#length += 8
  }

  #count(count: number): void {
    this.#grow(4)
    this.#view.setUint32(this.#length, count, true)
    this.#length += 4
  }

  #tag(letter: string): void {
    this.#grow(1)
    this.#bytes[this.#length++] = letter.charCodeAt(0)
  }

  #grow(by: number): void {
    if (this.#length + by <= this.#bytes.length) return
    const larger = new Uint8Array(2 * (this.#length + by))
    larger.set(this.#bytes)
    this.#bytes = larger
    this.#view = new DataView(larger.buffer)
  }
}

const writer = new ChecksumWriter()

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by))
}

function finish(half: number): number {
  let hash = Math.imul(half ^ (half >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
