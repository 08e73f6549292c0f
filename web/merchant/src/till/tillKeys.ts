import type { Dispatch } from 'react'
import type { TextKey } from '../i18n/index.ts'
import type { KeyMap } from '../ui/keys.ts'
import type { Cart, CartAction } from './cart.ts'

interface TillCommands {
  readonly cart: Cart
  readonly change: Dispatch<CartAction>
  readonly open: (kind: 'quantity' | 'discount' | 'paying' | 'sales' | 'drawer' | 'keys') => void
  readonly focusSearch: () => void
}

/** Every action of the till has a key. `?` shows this list. */
export const keyList: readonly (readonly [key: string, action: TextKey])[] = [
  ['F2', 'keys.search'],
  ['Enter', 'keys.add_first'],
  ['↑ ↓', 'keys.select'],
  ['+ −', 'keys.count'],
  ['F4', 'keys.quantity'],
  ['Del', 'keys.remove'],
  ['F8', 'keys.discount'],
  ['F9', 'keys.pay'],
  ['F7', 'keys.sales'],
  ['F6', 'keys.drawer'],
  ['Esc', 'keys.back'],
  ['?', 'keys.help'],
]

export const payKeyList: readonly (readonly [key: string, action: TextKey])[] = [
  ['Enter', 'keys.complete'],
  ['F2 F3 F4', 'keys.round'],
  ['F6', 'keys.cash'],
  ['F7', 'keys.card'],
  ['F8', 'keys.split'],
]

export const paidKeyList: readonly (readonly [key: string, action: TextKey])[] = [
  ['Enter', 'keys.next'],
  ['P', 'keys.print'],
]

export function tillKeys({ cart, change, open, focusSearch }: TillCommands): KeyMap {
  const selected = (act: (productId: string) => CartAction) => () => {
    if (cart.selected) change(act(cart.selected))
  }
  return {
    F2: focusSearch,
    '/': focusSearch,
    ArrowDown: () => change({ kind: 'select_next', by: 1 }),
    ArrowUp: () => change({ kind: 'select_next', by: -1 }),
    '+': selected((productId) => ({ kind: 'change_quantity', productId, by: 1 })),
    '-': selected((productId) => ({ kind: 'change_quantity', productId, by: -1 })),
    Delete: selected((productId) => ({ kind: 'remove', productId })),
    F4: () => open('quantity'),
    F6: () => open('drawer'),
    F7: () => open('sales'),
    F8: () => open('discount'),
    F9: () => open('paying'),
    '?': () => open('keys'),
  }
}
