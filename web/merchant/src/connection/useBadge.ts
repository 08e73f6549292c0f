import { useEffect } from 'react'

/** Shows on the app's own icon how many sales have not been sent; nothing where the browser has no badges. */
export function useBadge(sales: number): void {
  useEffect(() => {
    const { setAppBadge, clearAppBadge } = navigator as Partial<Navigator>
    const shown = sales > 0 ? setAppBadge?.call(navigator, sales) : clearAppBadge?.call(navigator)
    void shown?.catch(() => undefined)
  }, [sales])
}
