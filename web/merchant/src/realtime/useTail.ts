import { useEffect, useState, useSyncExternalStore } from 'react'
import { Tail, type TailFilter, type TailState } from './tail.ts'

const typing = 300

/** A tail that follows the filter once nobody types any more, and ends with the page. */
export function useTail({ app, channel, event }: TailFilter): readonly [Tail, TailState] {
  const [tail] = useState(() => new Tail())
  const [subscribe] = useState(() => (listener: () => void) => tail.subscribe(listener))
  useEffect(() => {
    const timer = setTimeout(() => tail.follow({ app, channel, event }), typing)
    return () => {
      clearTimeout(timer)
      tail.close()
    }
  }, [tail, app, channel, event])
  return [tail, useSyncExternalStore(subscribe, () => tail.state)]
}
