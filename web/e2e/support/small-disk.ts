import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Page } from '@playwright/test'

/** A file system of its own with this much room; null where this user may not mount one. */
export function mountSmallDisk(megabytes: number): { readonly path: string; remove(): void } | null {
  const directory = mkdtempSync(path.join(tmpdir(), 'branchline-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', directory], {
      stdio: 'ignore',
    })
  } catch {
    rmSync(directory, { recursive: true })
    return null
  }
  return {
    path: directory,
    remove() {
      execFileSync('umount', ['-l', directory])
      rmSync(directory, { recursive: true })
    },
  }
}

/** Writes into the page's origin until the browser takes not even a little more. */
export async function fillQuota(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const db = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open('filler', 1)
      opening.onupgradeneeded = () => opening.result.createObjectStore('some', { autoIncrement: true })
      opening.onsuccess = () => resolve(opening.result)
      opening.onerror = () => reject(opening.error)
    })
    const put = (bytes: number) =>
      new Promise<boolean>((resolve) => {
        const tx = db.transaction('some', 'readwrite')
        const noise = new Uint8Array(bytes)
        for (let at = 0; at < bytes; at += 65_536)
          crypto.getRandomValues(noise.subarray(at, Math.min(bytes, at + 65_536)))
        tx.objectStore('some').put(noise)
        tx.oncomplete = () => resolve(true)
        tx.onabort = () => resolve(false)
      })
    for (const bytes of [4_000_000, 200_000, 10_000, 500]) while (await put(bytes));
    db.close()
  })
}

/** Gives the room back that `fillQuota` took; the browser needs a moment for it. */
export async function emptyQuota(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise((resolve) => {
        indexedDB.deleteDatabase('filler').onsuccess = () => setTimeout(resolve, 2000)
      }),
  )
}
