import { useBranchline } from '@branchline/client/react'
import { useCallback, useEffect, useState } from 'react'
import { call } from './call.ts'

export type Polled<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'here'; readonly body: T }
  | { readonly kind: 'refused'; readonly message: string }

/** What the node answers at a path, asked again and again while the page is looked at; once only without a pause. */
export function usePolled<T>(path: string, every?: number): readonly [Polled<T>, () => Promise<void>] {
  const client = useBranchline()
  const [state, setState] = useState<{ path: string; polled: Polled<T> }>({
    path,
    polled: { kind: 'loading' },
  })
  const load = useCallback(async () => {
    const answer = await call<T>(client, 'GET', path)
    setState({
      path,
      polled:
        answer.kind === 'done'
          ? { kind: 'here', body: answer.body }
          : { kind: 'refused', message: answer.message },
    })
  }, [client, path])

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let current = true
    const turn = async () => {
      if (document.visibilityState === 'visible') await load()
      if (current && every !== undefined) timer = setTimeout(() => void turn(), every)
    }
    void turn()
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [load, every])

  return [state.path === path ? state.polled : { kind: 'loading' }, load]
}
