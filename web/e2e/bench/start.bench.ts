import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type BrowserContext, chromium, expect, type Page } from '@playwright/test'
import { chromium as launch } from '../support/browser.ts'
import type { Shop } from '../support/shop.ts'
import { isLive, signIn } from '../support/test.ts'
import { record } from './figure.ts'
import { good, productCount } from './goods.ts'
import { installClocks, installRowCounter, type Slowdown, scan, slowDown, slowdowns } from './pages.ts'
import { test } from './test.ts'

const enrolments = 3
const starts = 8
const last = good(productCount - 1)

/** A browser profile on disk, to be started again and again. */
class Profile {
  readonly #directory = mkdtempSync(path.join(tmpdir(), 'branchline-bench-profile-'))
  readonly #shop: Shop

  constructor(shop: Shop) {
    this.#shop = shop
  }

  async start(slowdown: Slowdown): Promise<{ readonly context: BrowserContext; readonly page: Page }> {
    const options = {
      ...launch,
      baseURL: this.#shop.url,
      viewport: { width: 1280, height: 800 },
      locale: 'en-US',
    }
    const context = await chromium.launchPersistentContext(this.#directory, options)
    await context.addInitScript(installClocks)
    await context.addInitScript(installRowCounter)
    const page = context.pages()[0] ?? (await context.newPage())
    await slowDown(page, slowdown)
    return { context, page }
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true })
  }
}

/** Scans the last product of the catalogue again and again until the till knows it; answers with the page time of that. */
async function soldAt(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page)
  const painted = page.evaluate(
    (line) => window.bench.painted(() => document.querySelector(`[data-line="${line}"]`) !== null, 120_000),
    last.id,
  )
  for (let isPainted = false; !isPainted; ) {
    await scan(session, last.barcode)
    isPainted = (await page.locator(`[data-line="${last.id}"]`).count()) > 0
  }
  return painted
}

/** A browser that was never here becomes the till of this name. */
async function enrol(page: Page, till: string): Promise<{ seconds: number; rate: number; rows: number }> {
  await page.goto('/pos')
  await signIn(page, 'cashier')
  const signedInAt = await page.evaluate(() => window.bench.clickAt)
  await page.getByRole('button', { name: till }).click()
  await page.getByRole('searchbox', { name: 'Search or scan' }).waitFor()
  const seconds = ((await soldAt(page)) - signedInAt) / 1000
  await isLive(page)
  const { rows, ms } = await page.evaluate(() => {
    const asked = performance
      .getEntriesByType('resource')
      .filter(({ name }) => name.includes('/sync/snapshot'))
    const from = Math.min(...asked.map(({ startTime }) => startTime))
    return { rows: window.benchRows.count(), ms: window.benchRows.lastAt - from }
  })
  return { seconds, rate: (rows / ms) * 1000, rows }
}

for (const slowdown of slowdowns) {
  test(`first start and cold starts, ${slowdown} times slower`, async ({ shop }, info) => {
    const enrolled: Awaited<ReturnType<typeof enrol>>[] = []
    let profile = new Profile(shop)
    const [branch] = await shop.rows('branches', 'code=B01')
    for (let n = 0; n < enrolments; n++) {
      await shop.create('tills', { branch_id: branch?.id, name: `Bench ${n}`, code: `T${20 + n}` }, 'admin')
      if (n > 0) {
        profile.remove()
        profile = new Profile(shop)
      }
      const { context, page } = await profile.start(slowdown)
      enrolled.push(await enrol(page, `Bench ${n}`))
      await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
      await page.keyboard.press('Delete')
      await context.close()
    }
    const rows = Math.round(enrolled[0]?.rows ?? 0).toLocaleString('en')
    await record(info, {
      name: 'first enrolment → can sell',
      unit: 's',
      slowdown,
      samples: enrolled.map(({ seconds }) => seconds),
      targets: [{ at: 1, limit: 6 }],
    })
    await record(info, {
      name: 'initial sync into IndexedDB',
      unit: 'rows/s',
      slowdown,
      samples: enrolled.map(({ rate }) => rate),
      targets: [{ at: 1, limit: 20_000, atLeast: true }],
      note: `${rows} rows written`,
    })

    await shop.stop('SIGKILL')
    const cold: number[] = []
    const ready: number[] = []
    for (let n = 0; n < starts; n++) {
      const { context, page } = await profile.start(slowdown)
      await page.goto('/pos', { waitUntil: 'commit' })
      cold.push(
        await page.evaluate(() =>
          window.bench.painted(() => document.querySelector('[data-product]') !== null),
        ),
      )
      ready.push(await soldAt(page))
      await page.keyboard.press('Delete')
      await expect(page.locator('[data-line]')).toHaveCount(0)
      await context.close()
    }
    profile.remove()
    await record(info, {
      name: 'cold start offline → goods painted',
      unit: 'ms',
      slowdown,
      samples: cold,
      targets: [{ at: 0.95, limit: 1500 }],
    })
    await record(info, {
      name: 'cold start offline → a scan is in the cart',
      unit: 'ms',
      slowdown,
      samples: ready,
      targets: [],
    })
  })
}
