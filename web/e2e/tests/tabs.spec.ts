import type { BrowserContext, Page } from '@playwright/test'
import { connection, expect, isLive, signIn, test } from '../support/test.ts'
import { Till } from '../support/till.ts'

/** The sockets that the pages of a profile have open. */
class Sockets {
  readonly #open = new Map<string, Page[]>()

  constructor(context: BrowserContext) {
    context.on('page', (page) => this.#follow(page))
  }

  /** Of `/sync/live`, which only the tab that leads has. */
  get live(): readonly Page[] {
    return this.#open.get('/sync/live') ?? []
  }

  get all(): number {
    return [...this.#open.values()].flat().length
  }

  #follow(page: Page): void {
    page.on('websocket', (socket) => {
      const path = new URL(socket.url()).pathname
      this.#open.set(path, [...(this.#open.get(path) ?? []), page])
      socket.on('close', () => this.#drop(path, page))
    })
    page.on('close', () => this.#forget(page))
    page.on('crash', () => this.#forget(page))
  }

  #drop(path: string, page: Page): void {
    const pages = [...(this.#open.get(path) ?? [])]
    const at = pages.indexOf(page)
    if (at >= 0) pages.splice(at, 1)
    this.#open.set(path, pages)
  }

  #forget(page: Page): void {
    for (const [path, pages] of this.#open)
      this.#open.set(
        path,
        pages.filter((one) => one !== page),
      )
  }
}

/** What may happen to the tab that leads. */
const ends: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  closed: (page) => page.close(),
  killed: async (page) => {
    const session = await page.context().newCDPSession(page)
    void session.send('Page.crash').catch(() => {})
    await page.waitForEvent('crash')
  },
  // Chromium freezes no page that is in sight, and here all are: one that hangs answers as little.
  hung: async (page) => {
    const hang = () => {
      const end = performance.now() + 8_000
      while (performance.now() < end);
    }
    void page.evaluate(hang).catch(() => {})
    await new Promise((resolve) => setTimeout(resolve, 100))
  },
  'told that it will be frozen': (page) =>
    page.evaluate(() => void document.dispatchEvent(new Event('freeze'))),
}

for (const locks of ['with locks', 'on plain HTTP, without locks']) {
  test(`of the tabs of a profile one leads, and another follows whatever becomes of it (${locks})`, async ({
    browser,
    shop,
    contextOptions,
  }) => {
    const context = await browser.newContext({ ...contextOptions, baseURL: shop.url })
    if (locks !== 'with locks')
      await context.addInitScript(() => Object.defineProperty(navigator, 'locks', { value: undefined }))
    const sockets = new Sockets(context)
    const first = await context.newPage()
    await first.goto('/dashboard')
    await signIn(first, 'manager')
    await isLive(first)
    const pages = [first]
    for (let tab = 1; tab < 7; tab++) {
      const page = await context.newPage()
      await page.goto('/pos')
      await isLive(page)
      if (tab === 1) await page.getByRole('button', { name: /^Till 3 / }).click()
      pages.push(page)
    }
    expect(sockets.live).toEqual([first])
    await expect.poll(() => sockets.all).toBe(2) // Everybody's presence goes by one more, of the same tab.
    await expect(first.getByTestId('online')).toHaveText('1')

    const sold: string[] = []
    for (const [end, happens] of Object.entries(ends)) {
      const [leader] = sockets.live
      if (leader === undefined) throw new Error(`Nobody is left to be ${end}`)
      pages.splice(pages.indexOf(leader), 1)
      await happens(leader)
      const at = Date.now()
      await expect.poll(() => sockets.live.some((page) => page !== leader), { intervals: [20] }).toBe(true)
      console.log(`${locks}: ${end}, another leads after ${Date.now() - at} ms`)
      const till = new Till(pages.find((page) => !sockets.live.includes(page)) as Page)
      await expect(connection(till.page)).toHaveText('Live')
      sold.push(await till.sell('Butter, 250'))
      await till.isSent()
    }
    // What is sold in a tab that is gone the next moment is not lost either.
    const last = new Till(pages.find((page) => !sockets.live.includes(page)) as Page)
    await last.add('Butter, 250')
    await last.pay()
    await last.page.getByTestId('complete').click()
    sold.push((await last.receiptNumber.textContent()) ?? '')
    await last.page.close({ runBeforeUnload: false })
    for (const number of sold)
      await expect.poll(async () => (await shop.rows('sales', `receipt_number=${number}`)).length).toBe(1)
    expect(new Set(sold).size).toBe(Object.keys(ends).length + 1)
    await context.close()
  })
}
