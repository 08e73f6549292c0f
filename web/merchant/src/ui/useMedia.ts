import { useCallback, useMemo, useSyncExternalStore } from 'react'

export function useMedia(query: string): boolean {
  const media = useMemo(() => window.matchMedia(query), [query])
  const subscribe = useCallback(
    (onChange: () => void) => {
      media.addEventListener('change', onChange)
      return () => media.removeEventListener('change', onChange)
    },
    [media],
  )
  return useSyncExternalStore(subscribe, () => media.matches)
}

/** Below this width tables become cards and the till has two steps. */
export const phone = '(max-width: 639px)'
