import type { Row } from '@branchline/client'
import { expect, it } from 'vitest'
import { Codes } from './codes.ts'
import { ScanDetector } from './scanner.ts'

interface Key {
  readonly key: string
  readonly at: number
}

/** Numbers that look like chance and are the same each time. */
function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

function ean13(digits: string): string {
  const sum = [...digits].reduce((all, digit, place) => all + Number(digit) * (place % 2 === 0 ? 1 : 3), 0)
  return `${digits}${(10 - (sum % 10)) % 10}`
}

/** Every third product has an EAN-13, a UPC-A or only its SKU; no SKU is another with one key more. */
const skus = Array.from({ length: 3000 }, (_, n) => `SK-${String(n).padStart(5, '0')}`)
const barcodes = Array.from({ length: 3000 }, (_, n) =>
  n % 3 === 0
    ? ean13(`40063${String(n * 7).padStart(7, '0')}`)
    : n % 3 === 1
      ? ean13(`0${36000000000 + n}`).slice(1)
      : null,
)
const products = barcodes.map(
  (barcode, n) =>
    ({ id: String(n), name: `Product ${n}`, sku: skus[n], barcode, price: 100 }) as unknown as Row,
)
const codes = new Codes(products)
const scans = 100_000

/** A code's keys three to twelve milliseconds apart; one scan in two hundred stops for a while after its second key or later. */
function scanned(code: string, from: number, random: () => number): Key[] {
  const stopAt = random() < 0.005 ? 2 + Math.floor(random() * (code.length - 1)) : -1
  let at = from
  return [...code, 'Enter'].map((key, n) => {
    at += (3 + random() * 3) * (random() < 0.02 ? 2 : 1) + (n === stopAt ? 50 + random() * 400 : 0)
    return { key, at }
  })
}

/** What the detector and the codes make of it: the product's place, or null. */
function read(
  detector: ScanDetector,
  keys: readonly Key[],
): { readonly product: string | null; readonly isScan: boolean } {
  let product: string | null = null
  let isScan = false
  for (const { key, at } of keys) {
    const scan = detector.feed(key, at)
    if (scan === null) continue
    isScan = true
    const meaning = codes.read(scan)
    if (meaning.kind === 'product') product = meaning.product.productId
  }
  return { product, isScan }
}

it('adds nothing wrong in 100,000 scans, ten a second, while somebody types', () => {
  const random = chance(1)
  const detector = new ScanDetector()
  const typed = 'abcdefghij0123456789 '
  let right = 0
  let wrong = 0
  let end = 1000
  for (let n = 0; n < scans; n++) {
    const wanted = Math.floor(random() * products.length)
    const isUnknown = random() < 0.05
    const code = isUnknown ? `999${n}` : (barcodes[wanted] ?? skus[wanted] ?? '')
    const keys = scanned(code, Math.max(1000 + n * 100, end), random)
    end = keys.at(-1)?.at ?? end
    // At one scan in ten somebody presses keys beside it, at any moment of it or shortly before.
    for (let left = random() < 0.1 ? 1 + Math.floor(random() * 3) : 0; left > 0; left--) {
      const at = (keys[0]?.at ?? 0) - 60 + random() * ((keys.at(-1)?.at ?? 0) - (keys[0]?.at ?? 0) + 60)
      keys.push({ key: typed[Math.floor(random() * typed.length)] ?? 'a', at })
    }
    const { product } = read(
      detector,
      keys.toSorted((a, b) => a.at - b.at),
    )
    if (product === String(wanted) && !isUnknown) right += 1
    else if (product !== null) wrong += 1
  }
  expect(wrong).toBe(0)
  expect(right).toBeGreaterThan(scans * 0.85)
})

it('reads every scan when nobody types, also those with a stop in the middle', () => {
  const random = chance(2)
  const detector = new ScanDetector()
  let at = 1000
  for (let n = 0; n < scans; n++) {
    const wanted = n % products.length
    const keys = scanned(barcodes[wanted] ?? skus[wanted] ?? '', at, random)
    at = (keys.at(-1)?.at ?? at) + 20
    expect(read(detector, keys).product).toBe(String(wanted))
  }
})

it('takes nobody who types for a scanner, however fast', () => {
  const random = chance(3)
  const detector = new ScanDetector()
  let at = 1000
  for (let n = 0; n < 20_000; n++) {
    const keys = [...String(Math.floor(random() * 1e9)), 'Enter'].map((key) => {
      at += 55 + random() * 150
      return { key, at }
    })
    expect(read(detector, keys).isScan).toBe(false)
  }
})
