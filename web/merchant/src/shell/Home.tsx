import { Navigate } from '@tanstack/react-router'
import { useShop } from '../shop/Shop.tsx'

const first = {
  admin: '/dashboard',
  manager: '/dashboard',
  cashier: '/pos',
  releasing: '/releasing/orders',
} as const

/** Everybody starts where they work. */
export function Home() {
  const { user } = useShop()
  return <Navigate to={first[user.role] ?? '/dashboard'} replace />
}
