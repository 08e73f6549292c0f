import { useCallback, useRef } from 'react'

/** The same function at every render, for what is drawn only when its props change; it calls the one of the latest render. */
export function useLatest<A extends readonly unknown[]>(act: (...args: A) => void): (...args: A) => void {
  const latest = useRef(act)
  latest.current = act
  return useCallback((...args: A) => latest.current(...args), [])
}
