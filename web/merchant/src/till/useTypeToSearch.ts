import { type RefObject, useEffect } from 'react'
import { isEditable } from '../ui/keys.ts'

const commands = new Set(['+', '-', '/', '?', ' '])

/** Whatever is typed on the selling screen is a search, also when the focus is on a card or nowhere. */
export function useTypeToSearch(field: RefObject<HTMLInputElement | null>, enabled: boolean): void {
  useEffect(() => {
    if (!enabled) return
    if (window.matchMedia('(hover: hover) and (pointer: fine)').matches) field.current?.focus()
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return
      if (!commands.has(event.key) && !isEditable(event.target)) field.current?.focus()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [field, enabled])
}
