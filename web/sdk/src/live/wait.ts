const firstPause = 500
const longestPause = 15_000

/** How long to wait after so many failures in a row: doubling, half of it by chance so that tills do not come all at once. */
export function backoff(failures: number, random: () => number = Math.random): number {
  const full = Math.min(longestPause, firstPause * 2 ** Math.min(failures, 10))
  return full / 2 + (full / 2) * random()
}

/** A wait that can be cut short. */
export class Pause {
  #end: (() => void) | null = null

  /** Resolves after the time, when woken, or when the signal is aborted. */
  async wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    await new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', end)
        this.#end = null
        resolve()
      }
      const timer = setTimeout(end, milliseconds)
      signal.addEventListener('abort', end)
      this.#end = end
    })
  }

  wake(): void {
    this.#end?.()
  }
}
