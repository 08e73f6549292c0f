import type { Product } from './catalogue.ts'

/**
 * All products' words as one text, which the browser searches faster than fifty thousand small ones. Every word must occur, as the
 * beginning of a word or within one. Whose code it is exactly comes first, then names that begin with the first word, then the rest;
 * within these the order of `products` is kept.
 */
export class ProductSearch {
  readonly #products: readonly Product[]
  /** Made when something is searched for the first time. */
  #packed: { readonly text: string; readonly ends: Int32Array } | null = null

  constructor(products: readonly Product[]) {
    this.#products = products
  }

  find(search: string, categoryId: string | null): readonly Product[] {
    const wanted = search.trim().toLowerCase()
    const words = wanted.split(/\s+/)
    const [first = ''] = words
    if (first === '') return this.#ofCategory(categoryId)

    const exact: Product[] = []
    const starting: Product[] = []
    const others: Product[] = []
    for (const product of this.#matching(words)) {
      if (categoryId !== null && product.categoryId !== categoryId) continue
      if (product.sku?.toLowerCase() === wanted || product.barcode?.toLowerCase() === wanted)
        exact.push(product)
      else if (product.text.startsWith(first)) starting.push(product)
      else others.push(product)
    }
    return exact.concat(starting, others)
  }

  #ofCategory(categoryId: string | null): readonly Product[] {
    if (categoryId === null) return this.#products
    return this.#products.filter((product) => product.categoryId === categoryId)
  }

  /** Looks for the longest word in the whole text, for the others only where that was found. */
  *#matching(words: readonly string[]): Iterable<Product> {
    this.#packed ??= pack(this.#products)
    const { text, ends } = this.#packed
    const [longest = '', ...rest] = [...words].sort((a, b) => b.length - a.length)
    let n = 0
    for (let at = text.indexOf(longest); at >= 0; at = text.indexOf(longest, ends[n++])) {
      while ((ends[n] ?? 0) <= at) n++
      const product = this.#products[n]
      if (product && rest.every((word) => product.text.includes(word))) yield product
    }
  }
}

/** `ends`: where each product's text ends. What is searched for has no line's end in it, so it is never found across two. */
function pack(products: readonly Product[]): { readonly text: string; readonly ends: Int32Array } {
  const ends = new Int32Array(products.length)
  let end = 0
  for (const [n, product] of products.entries()) {
    end += product.text.length + 1
    ends[n] = end
  }
  return { text: products.map(({ text }) => `${text}\n`).join(''), ends }
}
