import { useSyncExternalStore } from 'react'
import type { Looked } from './unread.ts'

const listeners = new Set<() => void>()
const known = new Map<string, Looked | null>()

/** What was looked at, by person and branch, remembered on this device; null before anything was. */
export function useLooked(key: string): Looked | null {
  return useSyncExternalStore(subscribe, () => lookedAt(key))
}

function lookedAt(key: string): Looked | null {
  const before = known.get(key)
  if (before !== undefined) return before
  const stored = parse(localStorage.getItem(nameOf(key)))
  known.set(key, stored)
  return stored
}

export function setLooked(key: string, looked: Looked): void {
  if (known.get(key) === looked) return
  known.set(key, looked)
  try {
    localStorage.setItem(nameOf(key), JSON.stringify(looked))
  } catch {
    // A full disk: it is remembered as long as the page is open.
  }
  for (const listener of listeners) listener()
}

const nameOf = (key: string) => `branchline.looked.${key}`

function parse(text: string | null): Looked | null {
  try {
    const looked = JSON.parse(text ?? 'null') as Looked | null
    return typeof looked?.orders === 'string' && typeof looked.since === 'string' ? looked : null
  } catch {
    return null
  }
}

function subscribe(listener: () => void): () => void {
  const elsewhere = (event: StorageEvent) => {
    if (!event.key?.startsWith(nameOf(''))) return
    known.delete(event.key.slice(nameOf('').length))
    listener()
  }
  listeners.add(listener)
  addEventListener('storage', elsewhere)
  return () => {
    listeners.delete(listener)
    removeEventListener('storage', elsewhere)
  }
}
