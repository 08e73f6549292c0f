import { useSyncExternalStore } from 'react'

const key = 'branchline.sound'
const listeners = new Set<() => void>()
let context: AudioContext | undefined

/** Whether new orders make a sound on this device; they make none until somebody wants it. */
export function useSound(): boolean {
  return useSyncExternalStore(subscribe, isOn)
}

export function setSound(on: boolean): void {
  if (on) localStorage.setItem(key, '1')
  else localStorage.removeItem(key)
  for (const listener of listeners) listener()
  if (on) ring()
}

/** Two short notes, made here. A browser keeps quiet until somebody has touched the page. */
export function ring(): void {
  if (!isOn() || typeof AudioContext === 'undefined') return
  context ??= new AudioContext()
  void context.resume()
  const start = context.currentTime
  for (const [after, pitch] of [
    [0, 880],
    [0.16, 1175],
  ] as const) {
    const note = context.createOscillator()
    const volume = context.createGain()
    note.frequency.value = pitch
    volume.gain.setValueAtTime(0.25, start + after)
    volume.gain.exponentialRampToValueAtTime(0.001, start + after + 0.4)
    note.connect(volume).connect(context.destination)
    note.start(start + after)
    note.stop(start + after + 0.4)
  }
}

function isOn(): boolean {
  return localStorage.getItem(key) === '1'
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
