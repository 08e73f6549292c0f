import { type RefObject, useEffect, useLayoutEffect, useState } from 'react'

const pressable = 'a[href], button, input, select, textarea, [tabindex]'

/** 0 where something scrolls and nothing within it takes the keyboard: then it has to be reached itself, for the arrow keys. */
export function useScrollFocus(ref: RefObject<HTMLElement | null>): 0 | undefined {
  const [tabIndex, setTabIndex] = useState<0 | undefined>(undefined)
  const look = () => {
    const element = ref.current
    if (!element) return
    const scrolls = element.scrollHeight > element.clientHeight
    setTabIndex(scrolls && element.querySelector(pressable) === null ? 0 : undefined)
  }
  useLayoutEffect(look)
  useEffect(() => {
    if (!ref.current) return
    const observer = new ResizeObserver(look)
    observer.observe(ref.current)
    return () => observer.disconnect()
  })
  return tabIndex
}
