import type { Row } from '@branchline/client'

/** How many of a product are on the branch's shelves; another object whenever one of them has changed. */
export interface Stock {
  readonly of: (productId: string) => number
}

/** Follows the branch's shelves. A sale changes a few of many, so only those are read again. */
export class Shelves {
  #rows: readonly Row[] = []
  #quantities = new Map<string, number>()

  follow(rows: readonly Row[]): Stock {
    const isOther = rows.length !== this.#rows.length || rows.some((row, n) => row.id !== this.#rows[n]?.id)
    if (isOther) this.#quantities = new Map()
    for (const [n, row] of rows.entries()) {
      if (isOther || row !== this.#rows[n])
        this.#quantities.set(String(row.product_id), Number(row.quantity ?? 0))
    }
    this.#rows = rows
    return { of: (productId) => this.#quantities.get(productId) ?? 0 }
  }
}
