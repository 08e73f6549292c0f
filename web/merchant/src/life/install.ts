import { useSyncExternalStore } from 'react'

/** What Chromium hands over when the app could be installed; other browsers do it from their menus. */
interface InstallEvent extends Event {
  prompt(): Promise<unknown>
}

const listeners = new Set<() => void>()
let offer: InstallEvent | null = null

/** Keeps the browser's offer for the place where somebody looks for it. */
export function watchInstall(): void {
  window.addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault()
    set(event as InstallEvent)
  })
  window.addEventListener('appinstalled', () => set(null))
}

/** Installs the app when called; null where that is not offered. */
export function useInstall(): (() => void) | null {
  return useSyncExternalStore(subscribe, () => offer) && install
}

function install(): void {
  void offer?.prompt()
  set(null)
}

function set(next: InstallEvent | null): void {
  offer = next
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
