import { type Dispatch, useEffect, useReducer, useRef } from 'react'
import { cartKey } from '../shop/carts.ts'
import { type Cart, type CartAction, emptyCart, reduceCart } from './cart.ts'

/**
 * The cart of this device outlives a reload and is one for all tabs: what one tab sold cannot be sold by another again.
 * It is not business yet: nothing of it is sent anywhere.
 */
export function useCart(branchId: string): [Cart, Dispatch<CartAction>] {
  const key = cartKey(branchId)
  const [cart, change] = useReducer(reduceCart, key, stored)
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
      onDisk.current = stored(key)
      change({ kind: 'replace', cart: onDisk.current })
    }
    window.addEventListener('storage', onStorage)
    return () => window.removeEventListener('storage', onStorage)
  }, [key])
  return [cart, change]
}

function stored(key: string): Cart {
  try {
    const cart = JSON.parse(localStorage.getItem(key) ?? 'null') as Cart | null
    return cart && Array.isArray(cart.lines) ? cart : emptyCart
  } catch {
    return emptyCart
  }
}
