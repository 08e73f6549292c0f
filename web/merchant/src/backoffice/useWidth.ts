import { type RefObject, useEffect, useState } from 'react'

export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(900)
  useEffect(() => {
    if (!element.current) return
    const observer = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 900))
    observer.observe(element.current)
    return () => observer.disconnect()
  }, [element])
  return width
}
