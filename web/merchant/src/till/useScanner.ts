import { useEffect, useRef } from 'react'
import { type Scan, ScanDetector } from './scanner.ts'

/** Hears a scanner wherever the focus is, before any field or command does; a field that its keys went into is as it was before. */
export function useScanner(onScan: (scan: Scan) => void): void {
  const latest = useRef(onScan)
  latest.current = onScan
  useEffect(() => {
    const detector = new ScanDetector()
    let field: { readonly input: Element | null; readonly value: string } = { input: null, value: '' }
    const onKey = (event: KeyboardEvent) => {
      const input = document.activeElement
      const value = input instanceof HTMLInputElement ? input.value : ''
      const scan = detector.feed(event.key, event.timeStamp)
      if (detector.length === 1) field = { input, value }
      if (scan === null) return
      event.preventDefault()
      event.stopImmediatePropagation()
      if (input instanceof HTMLInputElement && input === field.input) restore(input, field.value)
      latest.current(scan)
    }
    window.addEventListener('keydown', onKey, { capture: true })
    return () => window.removeEventListener('keydown', onKey, { capture: true })
  }, [])
}

/** As if it had been typed: a script that sets `value` is not heard by React. */
function restore(input: HTMLInputElement, value: string): void {
  if (input.value === value) return
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, value)
  input.dispatchEvent(new Event('input', { bubbles: true }))
}
