import { useEffect, useRef } from 'react'

/**
 * Lights the element up for a moment when `value` becomes another one while it is on screen.
 * Works on the element itself: no state, no render, no movement.
 */
export function useChanged<E extends HTMLElement>(value: unknown): React.RefObject<E | null> {
  const ref = useRef<E>(null)
  const before = useRef(value)
  useEffect(() => {
    if (Object.is(before.current, value)) return
    before.current = value
    const element = ref.current
    if (!element) return
    element.classList.remove('changed')
    void element.offsetWidth
    element.classList.add('changed')
  }, [value])
  return ref
}
