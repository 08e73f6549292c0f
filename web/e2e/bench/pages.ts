import type { CDPSession, Page } from '@playwright/test'
import type { Good } from './goods.ts'

export type Slowdown = 1 | 4
export const slowdowns: readonly Slowdown[] = [1, 4]

/** Makes the page's processor so many times slower, until it is called with 1. */
export async function slowDown(page: Page, rate: Slowdown): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page)
  await session.send('Emulation.setCPUThrottlingRate', { rate })
  return session
}

declare global {
  interface Window {
    bench: {
      /** Page time of the last key that went down, as the browser took it from the system. */
      keyAt: number
      clickAt: number
      /** Page times at which a strict transaction on the outbox was on the disk. */
      durable: number[]
      /** Resolves with the page time at which what makes `test` true had been painted; not a number when that took longer than `within`. */
      painted(test: () => boolean, within?: number): Promise<number>
    }
    /** Rows that a first sync stored, and the page time at which the last of them was committed. */
    benchRows: { lastAt: number; count(): number }
  }
}

/**
 * The clocks in the page. A change counts as painted when the frame it is in was handed to the compositor: the first task after the
 * frame's callbacks, styles, layout and paint. Times are `performance.now()`; an event's is the one the browser stamped it with
 * when it came in, so waiting behind other work counts.
 */
export function installClocks(): void {
  const durable: number[] = []
  window.bench = {
    keyAt: 0,
    clickAt: 0,
    durable,
    painted: (test, within = 20_000) =>
      new Promise((resolve) => {
        const observer = new MutationObserver(() => look())
        const end = (at: number) => {
          observer.disconnect()
          clearTimeout(late)
          resolve(at)
        }
        const late = setTimeout(() => end(Number.NaN), within)
        let found = false
        const look = () => {
          if (found || !test()) return
          found = true
          requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel()
            port1.onmessage = () => end(performance.now())
            port2.postMessage(0)
          })
        }
        observer.observe(document, { childList: true, characterData: true, attributes: true, subtree: true })
        look()
      }),
  }
  addEventListener('keydown', (event) => (window.bench.keyAt = event.timeStamp), { capture: true })
  addEventListener('click', (event) => (window.bench.clickAt = event.timeStamp), { capture: true })

  const { transaction } = IDBDatabase.prototype
  IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...args: Parameters<typeof transaction>) {
    const made = transaction.apply(this, args)
    if (args[1] === 'readwrite' && args[2]?.durability === 'strict')
      made.addEventListener('complete', () => durable.push(performance.now()))
    return made
  }
}

/** Notes what a first sync puts into the replica, and when that was committed; the rows are counted afterwards. */
export function installRowCounter(): void {
  const chunks: string[] = []
  const noted = {
    lastAt: 0,
    count: () =>
      chunks.reduce((sum, text) => {
        const { parts } = JSON.parse(text) as { parts: { rows: unknown[] }[] }
        return sum + parts.reduce((rows, part) => rows + part.rows.length, 0)
      }, 0),
  }
  window.benchRows = noted
  const { add } = IDBObjectStore.prototype
  IDBObjectStore.prototype.add = function (this: IDBObjectStore, ...args: Parameters<typeof add>) {
    if (this.name === 'packs') {
      chunks.push((args[0] as { text: string }).text)
      this.transaction.addEventListener('complete', () => (noted.lastAt = performance.now()))
    }
    return add.apply(this, args)
  }
}

/** A wedge scanner: real keys through the browser's own input, as fast as it takes them, Enter last. */
export async function scan(session: CDPSession, code: string): Promise<void> {
  await Promise.all([...code, 'Enter'].map((key) => press(session, key)))
}

/** Puts a product into the cart by its code; on a busy machine a scan may come too unevenly to be read, and is made again. */
export async function addByScan(page: Page, session: CDPSession, { id, barcode }: Good): Promise<void> {
  const line = page.locator(`[data-line="${id}"]`)
  do await scan(session, barcode)
  while (
    !(await line.waitFor({ timeout: 3000 }).then(
      () => true,
      () => false,
    ))
  )
}

export async function press(session: CDPSession, key: string): Promise<void> {
  const text = key === 'Enter' ? '\r' : key.length === 1 ? key : ''
  const code = key === 'Enter' ? 13 : (functionKeys[key] ?? key.toUpperCase().charCodeAt(0))
  const common = { key, windowsVirtualKeyCode: code }
  await Promise.all([
    session.send('Input.dispatchKeyEvent', {
      type: text ? 'keyDown' : 'rawKeyDown',
      ...(text && { text }),
      ...common,
    }),
    session.send('Input.dispatchKeyEvent', { type: 'keyUp', ...common }),
  ])
}

const functionKeys: Readonly<Record<string, number>> = { F9: 120, Delete: 46, Escape: 27 }
