import { RouterProvider } from '@tanstack/react-router'
import { Suspense, use, useEffect } from 'react'
import { router } from './router.tsx'
import { ToastProvider } from './ui/Toast.tsx'

/** Nothing is drawn before the replica is open: the first picture is the right one. */
export function App({ started }: { started: Promise<void> }) {
  return (
    <Suspense>
      <Started started={started} />
    </Suspense>
  )
}

function Started({ started }: { started: Promise<void> }) {
  use(started)
  // Heard by boot.js, which watches over the start.
  useEffect(() => void window.dispatchEvent(new Event('branchline:drawn')), [])
  return (
    <ToastProvider>
      <RouterProvider router={router} />
    </ToastProvider>
  )
}
