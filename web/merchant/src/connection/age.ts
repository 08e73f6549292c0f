import type { ConnectionState } from '@branchline/client'
import { useBranchline, useOutbox } from '@branchline/client/react'
import { useEffect, useState } from 'react'

const lookEvery = 15_000
/** While the server is away it is nobody's fault that things wait; while it is there they should not. */
const oldAfter = { live: 60_000, other: 5 * 60_000 }

/** How long the oldest has waited, in seconds, when that is worth saying; else null. */
export function oldAge(oldestAt: Date | null, kind: ConnectionState['kind'], now: number): number | null {
  if (oldestAt === null) return null
  const age = now - oldestAt.getTime()
  return age >= (kind === 'live' ? oldAfter.live : oldAfter.other) ? age / 1000 : null
}

/** The age of the oldest that waits, in seconds; null while nothing does. */
export function useAge(): number | null {
  const { oldestAt } = useOutbox()
  const now = useNow(oldestAt !== null)
  return oldestAt === null ? null : Math.max(0, now - oldestAt.getTime()) / 1000
}

export function useOldAge(kind: ConnectionState['kind']): number | null {
  const { oldestAt } = useOutbox()
  return oldAge(oldestAt, kind, useNow(oldestAt !== null))
}

function useNow(isNeeded: boolean): number {
  const client = useBranchline()
  const [now, setNow] = useState(() => client.now().getTime())
  useEffect(() => {
    if (!isNeeded) return
    const look = () => setNow(client.now().getTime())
    look()
    const timer = setInterval(look, lookEvery)
    return () => clearInterval(timer)
  }, [client, isNeeded])
  return now
}
