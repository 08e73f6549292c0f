/** What the worker says of the app's versions on this device. */
export interface Versions {
  readonly serving: string
  readonly previous: string | null
  /** The worker's own; another than `serving` when it did not start here and was set aside. */
  readonly own: string
}

/** Asks the worker that serves this page; null where there is none or it does not answer. */
export function askWorker<T>(message: {
  readonly kind: string
  readonly isAsked?: boolean
}): Promise<T | null> {
  const worker = navigator.serviceWorker?.controller
  if (!worker) return Promise.resolve(null)
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = (event) => resolve(event.data as T)
    worker.postMessage(message, [port2])
    setTimeout(resolve, 3_000, null)
  })
}

/** Loads the version before; false when there is none any more. */
export async function goBack(): Promise<boolean> {
  const answer = await askWorker<{ isBack: boolean }>({ kind: 'go_back', isAsked: true })
  if (answer?.isBack) window.location.reload()
  return answer?.isBack === true
}

/** Loads the version that was set aside, once more. */
export async function tryAgain(): Promise<void> {
  await askWorker({ kind: 'try_again' })
  window.location.reload()
}
