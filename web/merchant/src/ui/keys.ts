import { useEffect, useRef } from 'react'

export type KeyMap = Readonly<Record<string, () => void>>

/** A scanner types like a person, only faster: a printable key counts as a command when nothing follows it this soon. */
const scannerGap = 45

/**
 * Runs a page's commands by key. Keys that write are left to the field that has the focus,
 * and are held back for a moment so that the first character of a scanned code is not taken for a command.
 */
export function useKeys(map: KeyMap, enabled = true): void {
  const latest = useRef(map)
  latest.current = map
  useEffect(() => {
    if (!enabled) return
    let held: ReturnType<typeof setTimeout> | undefined
    const onKey = (event: KeyboardEvent) => {
      clearTimeout(held)
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
      const run = latest.current[event.key]
      if (!run) return
      const printable = event.key.length === 1
      if (writes(event.target) && !/^F\d/.test(event.key)) return
      if (event.key === 'Enter' && isPressable(event.target)) return
      event.preventDefault()
      if (printable) held = setTimeout(run, scannerGap)
      else run()
    }
    window.addEventListener('keydown', onKey)
    return () => {
      clearTimeout(held)
      window.removeEventListener('keydown', onKey)
    }
  }, [enabled])
}

export function isEditable(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.matches('input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]')
  )
}

/** A field marked `data-commands` lets commands through while it is empty. */
function writes(target: EventTarget | null): boolean {
  if (!isEditable(target)) return false
  return !(target instanceof HTMLInputElement && target.dataset.commands !== undefined && target.value === '')
}

function isPressable(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('button, a, summary, [role=button]')
}
