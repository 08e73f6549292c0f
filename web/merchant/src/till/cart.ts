/** What the till needs to know of a product, as it was when it was put into the cart. Amounts in the smallest unit. */
export interface Good {
  readonly productId: string
  readonly name: string
  readonly sku: string | null
  readonly unitPrice: number
  readonly taxRate: number
  readonly cost: number | null
  readonly tracked: boolean
}

export type Discount =
  | { readonly kind: 'percent'; readonly value: number }
  | { readonly kind: 'amount'; readonly value: number }

export interface CartLine extends Good {
  readonly quantity: number
  readonly discount: Discount | null
}

export interface Cart {
  readonly lines: readonly CartLine[]
  readonly discount: Discount | null
  /** The product whose line the keys act on. */
  readonly selected: string | null
  /** The id its sale will have: a cart that comes back from the disk after it was paid for is known by it. */
  readonly saleId?: string
}

export type CartAction =
  | { readonly kind: 'add'; readonly good: Good; readonly quantity?: number; readonly saleId?: string }
  | { readonly kind: 'set_quantity'; readonly productId: string; readonly quantity: number }
  | { readonly kind: 'change_quantity'; readonly productId: string; readonly by: number }
  | { readonly kind: 'discount_line'; readonly productId: string; readonly discount: Discount | null }
  | { readonly kind: 'discount_cart'; readonly discount: Discount | null }
  | { readonly kind: 'remove'; readonly productId: string }
  | { readonly kind: 'select'; readonly productId: string }
  | { readonly kind: 'select_next'; readonly by: 1 | -1 }
  | { readonly kind: 'replace'; readonly cart: Cart }

export const emptyCart: Cart = { lines: [], discount: null, selected: null }

export function reduceCart(cart: Cart, action: CartAction): Cart {
  switch (action.kind) {
    case 'add':
      return add(begun(cart, action.saleId), action.good, action.quantity ?? 1)
    case 'set_quantity':
      return action.quantity === 0
        ? remove(cart, action.productId)
        : changeLine(cart, action.productId, (line) => ({ ...line, quantity: action.quantity }))
    case 'change_quantity': {
      const line = cart.lines.find((candidate) => candidate.productId === action.productId)
      if (!line) return cart
      return reduceCart(cart, {
        kind: 'set_quantity',
        productId: line.productId,
        quantity: line.quantity + action.by,
      })
    }
    case 'discount_line':
      return changeLine(cart, action.productId, (line) => ({ ...line, discount: action.discount }))
    case 'discount_cart':
      return { ...cart, discount: action.discount }
    case 'remove':
      return remove(cart, action.productId)
    case 'select':
      return { ...cart, selected: action.productId }
    case 'select_next':
      return { ...cart, selected: neighbour(cart, action.by) }
    case 'replace':
      return action.cart
    default:
      return unreachable(action)
  }
}

/** The first good makes it another sale. */
function begun(cart: Cart, saleId: string | undefined): Cart {
  return cart.lines.length > 0 || saleId === undefined ? cart : { ...cart, saleId }
}

function add(cart: Cart, good: Good, quantity: number): Cart {
  const known = cart.lines.some((line) => line.productId === good.productId)
  const lines = known
    ? cart.lines.map((line) =>
        line.productId === good.productId ? { ...line, quantity: line.quantity + quantity } : line,
      )
    : [...cart.lines, { ...good, quantity, discount: null }]
  return { ...cart, lines, selected: good.productId }
}

function changeLine(cart: Cart, productId: string, change: (line: CartLine) => CartLine): Cart {
  return {
    ...cart,
    selected: productId,
    lines: cart.lines.map((line) => (line.productId === productId ? change(line) : line)),
  }
}

function remove(cart: Cart, productId: string): Cart {
  const at = cart.lines.findIndex((line) => line.productId === productId)
  const lines = cart.lines.filter((line) => line.productId !== productId)
  const next = lines[Math.min(at, lines.length - 1)]?.productId ?? null
  return { ...cart, lines, discount: lines.length === 0 ? null : cart.discount, selected: next }
}

function neighbour(cart: Cart, by: 1 | -1): string | null {
  const at = cart.lines.findIndex((line) => line.productId === cart.selected)
  const to = Math.max(0, Math.min(cart.lines.length - 1, at + by))
  return cart.lines[to]?.productId ?? null
}

export function unreachable(value: never): never {
  throw new Error(`not a known case: ${JSON.stringify(value)}`)
}
