import { RouterProvider } from '@tanstack/react-router'
import { Suspense, use } from 'react'
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
  return (
    <ToastProvider>
      <RouterProvider router={router} />
    </ToastProvider>
  )
}
