import { type Dispatch, useEffect, useReducer } from 'react'
import { type Cart, type CartAction, emptyCart, reduceCart } from './cart.ts'

/** The cart of this device outlives a reload. It is not business yet: nothing of it is sent anywhere. */
export function useCart(branchId: string): [Cart, Dispatch<CartAction>] {
  const key = `branchline.cart.${branchId}`
  const [cart, change] = useReducer(reduceCart, key, stored)
  useEffect(() => {
    if (cart.lines.length > 0) localStorage.setItem(key, JSON.stringify(cart))
    else localStorage.removeItem(key)
  }, [key, cart])
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
