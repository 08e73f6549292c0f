import { useEffect, useRef } from 'react'
import { ScanDetector } from './scanner.ts'

/** Hears a scanner wherever the focus is, before any field or command does. */
export function useScanner(onCode: (code: string) => void, enabled: boolean): void {
  const latest = useRef(onCode)
  latest.current = onCode
  useEffect(() => {
    if (!enabled) return
    const detector = new ScanDetector()
    const onKey = (event: KeyboardEvent) => {
      const code = detector.feed(event.key, event.timeStamp)
      if (code === null) return
      event.preventDefault()
      event.stopImmediatePropagation()
      latest.current(code)
    }
    window.addEventListener('keydown', onKey, { capture: true })
    return () => window.removeEventListener('keydown', onKey, { capture: true })
  }, [enabled])
}
