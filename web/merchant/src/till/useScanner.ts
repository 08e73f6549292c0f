import { useEffect } from 'react'
import { useLatest } from '../ui/useLatest.ts'
import { canWait, HeldKeys } from './held-keys.ts'
import { type Scan, ScanDetector } from './scanner.ts'

/** Hears a scanner wherever the focus is, before any field or command does; a field that its keys went into is as it was before. */
export function useScanner(onScan: (scan: Scan) => void): void {
  const tell = useLatest(onScan)
  useEffect(() => {
    const detector = new ScanDetector()
    const held = new HeldKeys()
    let field: { readonly input: Element | null; readonly value: string } = { input: null, value: '' }
    const onKey = (event: KeyboardEvent) => {
      const input = document.activeElement
      const scan = detector.feed(event.key, event.timeStamp)
      if (event.key === 'Shift') return
      if (scan === null && isPlain(event) && detector.isLikely && canWait(input)) {
        swallow(event)
        note(input)
        held.hold(input, event.key)
        return
      }
      if (scan === null) {
        held.release()
        note(input)
        return
      }
      swallow(event)
      held.drop()
      if (input instanceof HTMLInputElement && input === field.input) restore(input, field.value)
      tell(scan)
    }
    /** What stood in the field before the run; the focus may have come to it with the run's first keys. */
    const note = (input: Element | null) => {
      const { begun } = detector
      if (begun.length > 1 && input === field.input) return
      const value = input instanceof HTMLInputElement ? input.value : ''
      field = { input, value: withoutEnd(value, begun.slice(0, -1)) }
    }
    const onPress = () => {
      detector.forget()
      held.release()
    }
    window.addEventListener('keydown', onKey, { capture: true })
    window.addEventListener('pointerdown', onPress, { capture: true })
    return () => {
      window.removeEventListener('keydown', onKey, { capture: true })
      window.removeEventListener('pointerdown', onPress, { capture: true })
      held.release()
    }
  }, [tell])
}

function isPlain({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  return key.length === 1 && !ctrlKey && !metaKey && !altKey
}

function swallow(event: KeyboardEvent): void {
  event.preventDefault()
  event.stopImmediatePropagation()
}

function withoutEnd(text: string, end: string): string {
  return text.endsWith(end) ? text.slice(0, text.length - end.length) : text
}

/** As if it had been typed: a script that sets `value` is not heard by React. */
function restore(input: HTMLInputElement, value: string): void {
  if (input.value === value) return
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, value)
  input.dispatchEvent(new Event('input', { bubbles: true }))
}
