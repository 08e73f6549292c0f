import type { Row } from '@branchline/client'
import { type Product, productOf } from './catalogue.ts'
import type { Scan } from './scanner.ts'

const gtinLength = 14
const gtinLengths = new Set([8, 12, 13, 14])

/** What a code may mean. Only `product` puts something into the cart. */
export type Meaning =
  | { readonly kind: 'product'; readonly product: Product }
  /** Several products bear the code: a person has to choose. */
  | { readonly kind: 'several' }
  /** None bears it, or it was not read cleanly. */
  | { readonly kind: 'unknown' }

/** Null where several bear the code. */
type CodeMap = Map<string, Row | null>

/**
 * Products by their whole barcode, else by their whole SKU; nothing near it will do. A GTIN is the same with and without the noughts in
 * front of it: UPC-A is EAN-13 that begins with one.
 */
export class Codes {
  readonly #products: readonly Row[]
  #maps: { readonly barcodes: CodeMap; readonly skus: CodeMap } | null = null

  constructor(products: readonly Row[]) {
    this.#products = products
  }

  find(code: string): Meaning {
    const { barcodes, skus } = this.maps
    const barcode = barcodes.get(plain(code))
    const found = barcode === undefined ? skus.get(code) : barcode
    if (found === undefined) return { kind: 'unknown' }
    return found === null ? { kind: 'several' } : { kind: 'product', product: productOf(found) }
  }

  /** Made when they are first asked for. */
  get maps(): { readonly barcodes: CodeMap; readonly skus: CodeMap } {
    if (this.#maps === null) {
      this.#maps = { barcodes: new Map(), skus: new Map() }
      for (const product of this.#products) {
        const { sku, barcode } = product
        if (typeof sku === 'string' && sku !== '') note(this.#maps.skus, sku, product)
        if (typeof barcode === 'string' && barcode !== '') note(this.#maps.barcodes, plain(barcode), product)
      }
    }
    return this.#maps
  }

  /**
   * What a scanner read. Figures that came unevenly count only when their check digit is right: a key that somebody pressed just before
   * may have made another code of them.
   */
  read({ code, isEven }: Scan): Meaning {
    return isEven || !/^\d+$/.test(code) || isGtin(code) ? this.find(code) : { kind: 'unknown' }
  }
}

function note(codes: CodeMap, code: string, product: Row): void {
  codes.set(code, codes.has(code) ? null : product)
}

/** A GTIN at its full length; any other code as it is. */
function plain(code: string): string {
  return isGtin(code) ? code.padStart(gtinLength, '0') : code
}

/** Whether it is as long as a GTIN and its check digit is right. */
export function isGtin(code: string): boolean {
  if (!gtinLengths.has(code.length)) return false
  let sum = 0
  for (let place = 0; place < code.length; place++) {
    const digit = code.charCodeAt(place) - 48
    if (digit < 0 || digit > 9) return false
    sum += digit * ((code.length - place) % 2 === 0 ? 3 : 1)
  }
  return sum % 10 === 0
}
