import { useBranchline } from '@branchline/client/react'
import { useEffect, useState } from 'react'
import { call } from '../server/call.ts'

const key = 'branchline.demo'

/** Whether this shop is the demo, as the server said last. */
export function useDemo(): boolean {
  const client = useBranchline()
  const [isDemo, setDemo] = useState(() => localStorage.getItem(key) === '1')
  useEffect(() => {
    let current = true
    void call<{ demo?: boolean }>(client, 'GET', '/api/me').then((answer) => {
      if (!current || answer.kind !== 'done') return
      const demo = answer.body.demo === true
      localStorage.setItem(key, demo ? '1' : '0')
      setDemo(demo)
    })
    return () => {
      current = false
    }
  }, [client])
  return isDemo
}
