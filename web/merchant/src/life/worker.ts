/** What the worker says of the app's versions on this device. */
export interface Versions {
  readonly serving: string
  readonly previous: string | null
  /** One that did not start here, or that somebody went back from. */
  readonly setAside: string | null
  /** The worker's own; whichever worker is active serves whichever version it is told to. */
  readonly own: string
}

interface Question {
  readonly kind: 'versions' | 'serve' | 'go_back' | 'try_again'
  readonly isAsked?: boolean
  readonly version?: string
}

/** Asks the worker that serves this page, or another one; null where there is none or it does not answer. */
export function askWorker<T>(
  question: Question,
  worker: ServiceWorker | null | undefined = navigator.serviceWorker?.controller,
): Promise<T | null> {
  if (!worker) return Promise.resolve(null)
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = (event) => resolve(event.data as T)
    worker.postMessage(question, [port2])
    setTimeout(resolve, 3_000, null)
  })
}

/** Whether the version that a worker brought is another one than is served, and not one that was set aside here. */
export async function isNews(bringer: ServiceWorker): Promise<boolean> {
  const [brought, served] = await Promise.all([
    askWorker<Versions>({ kind: 'versions' }, bringer),
    askWorker<Versions>({ kind: 'versions' }),
  ])
  return brought !== null && served !== null && ![served.serving, served.setAside].includes(brought.own)
}

/** From the next load on, the version that this worker brought is served. */
export async function serve(bringer: ServiceWorker): Promise<boolean> {
  const brought = await askWorker<Versions>({ kind: 'versions' }, bringer)
  return brought !== null && (await askWorker<boolean>({ kind: 'serve', version: brought.own })) === true
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
