import { useSyncExternalStore } from 'react'
import { hasCart } from '../shop/carts.ts'
import { type UpdateState, Updates } from './updates.ts'
import { isNews, serve } from './worker.ts'

let isFlushing: () => boolean = () => false

/** The one watch of this page over new versions. */
export const updates = new Updates({
  isFree: () => !hasCart() && !isFlushing(),
  isBusy: () => document.querySelector('dialog[open], main form') !== null,
  isNews,
  serve,
  reload: () => window.location.reload(),
  now: () => Date.now(),
})

/** Only a secure context can keep the app's files. On plain HTTP the app works, but only while the server can be reached. */
export function watchUpdates(isSending: () => boolean): void {
  isFlushing = isSending
  const { serviceWorker } = navigator
  if (!serviceWorker || !import.meta.env.PROD) return
  const isControlled = serviceWorker.controller !== null
  serviceWorker.addEventListener('message', (event) => {
    if ((event.data as { kind?: string } | null)?.kind === 'served') updates.takenElsewhere()
  })
  for (const touch of ['pointerdown', 'keydown']) {
    window.addEventListener(touch, () => updates.touched(), { capture: true, passive: true })
  }
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') updates.check()
  })
  setInterval(() => updates.tick(), 1_000)
  void serviceWorker
    .register('/sw.js', { updateViaCache: 'none' })
    .then((registration) => updates.follow(registration, isControlled))
    .catch(() => undefined)
}

/** What is to be said of a new version. */
export function useUpdate(): UpdateState {
  return useSyncExternalStore(subscribe, current)
}

const subscribe = (listener: () => void) => updates.subscribe(listener)
const current = () => updates.shown
