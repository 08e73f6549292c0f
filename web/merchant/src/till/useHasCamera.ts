import { useEffect, useState } from 'react'

/** Whether there is a camera to ask for. Nothing is asked for yet; without HTTPS the browser shows none. */
export function useHasCamera(): boolean {
  const [hasCamera, setHasCamera] = useState(false)
  useEffect(() => {
    const devices = (navigator as { mediaDevices?: MediaDevices }).mediaDevices
    if (devices === undefined) return
    const look = () =>
      void devices.enumerateDevices().then(
        (found) => setHasCamera(found.some(({ kind }) => kind === 'videoinput')),
        () => undefined,
      )
    look()
    devices.addEventListener('devicechange', look)
    return () => devices.removeEventListener('devicechange', look)
  }, [])
  return hasCamera
}
