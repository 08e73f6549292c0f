import type { Branchline } from '@branchline/client'
import { useBranchline } from '@branchline/client/react'
import { type Dispatch, useCallback, useEffect, useReducer, useRef } from 'react'
import { cartKey } from '../shop/carts.ts'
import { type Cart, type CartAction, emptyCart, reduceCart } from './cart.ts'

/**
 * The cart of this device outlives a reload and is one for all tabs: what one tab sold cannot be sold by another again.
 * It is not business yet: nothing of it is sent anywhere. The browser writes it down when it likes, so after a crash an old cart may
 * come back; one that was paid for is emptied.
 */
export function useCart(branchId: string): [Cart, Dispatch<CartAction>] {
  const key = cartKey(branchId)
  const client = useBranchline()
  const [cart, change] = useReducer(reduceCart, key, (name) => stored(name, client))
  const onDisk = useRef(cart)
  useEffect(() => {
    if (cart === onDisk.current) return
    onDisk.current = cart
    if (cart.lines.length > 0) localStorage.setItem(key, JSON.stringify(cart))
    else localStorage.removeItem(key)
  }, [key, cart])
  useEffect(() => {
    const onStorage = (event: StorageEvent) => {
      if (event.key !== key) return
      onDisk.current = stored(key, client)
      change({ kind: 'replace', cart: onDisk.current })
    }
    window.addEventListener('storage', onStorage)
    return () => window.removeEventListener('storage', onStorage)
  }, [key, client])
  const act = useCallback(
    (action: CartAction) => change(action.kind === 'add' ? { ...action, saleId: client.newId() } : action),
    [client],
  )
  return [cart, act]
}

function stored(key: string, client: Branchline): Cart {
  try {
    const cart = JSON.parse(localStorage.getItem(key) ?? 'null') as Cart | null
    if (!cart || !Array.isArray(cart.lines)) return emptyCart
    return cart.saleId !== undefined && client.row('sales', cart.saleId) ? emptyCart : cart
  } catch {
    return emptyCart
  }
}
