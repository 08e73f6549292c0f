import type { BrowserContext, Page } from '@playwright/test'
import { MortalBrowser } from '../support/kill.ts'
import type { Row, Shop } from '../support/shop.ts'
import { expect, isLive, signIn, test } from '../support/test.ts'
import { numberOf, Till } from '../support/till.ts'

const rounds = Number(process.env.CRASH_ROUNDS ?? 8)
const seed = Number(process.env.CRASH_SEED ?? Date.now() % 1_000_000)
const latest = 150

/** Numbers that look like chance; the same seed gives the same. */
function chance(start: number): () => number {
  let state = start
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

/** Tells `shown` each receipt that a person could have read on the screen. */
async function watchPaid(context: BrowserContext, shown: (receipt: string) => void): Promise<void> {
  await context.exposeFunction('paidShown', shown)
  await context.addInitScript(() => {
    const told = new Set<string>()
    new MutationObserver(() => {
      if (!document.querySelector('[data-testid="next"]')) return
      const receipt = document.querySelector('[data-testid="receipt-number"]')?.textContent
      if (!receipt || told.has(receipt)) return
      told.add(receipt)
      const tell = (window as unknown as { paidShown: (receipt: string) => void }).paidShown
      requestAnimationFrame(() => requestAnimationFrame(() => tell(receipt)))
    }).observe(document, { childList: true, subtree: true })
  })
}

async function openTill(context: BrowserContext, shop: Shop): Promise<Till> {
  const page = context.pages()[0] ?? (await context.newPage())
  await page.goto(`${shop.url}/pos`)
  return new Till(page)
}

/** The page of a browser that is killed leaves no trace: what was to be seen is told. */
async function hasGoods(page: Page, round: number): Promise<void> {
  const said: string[] = []
  page.on('console', (message) => said.push(message.text()))
  try {
    await page.locator('[data-product]').first().waitFor()
  } catch (cause) {
    const shown = await page.locator('body').textContent()
    throw new Error(`Round ${round}: no goods on the screen.\n${shown}\n${said.join('\n')}`, { cause })
  }
}

/** A device that was a till before, closed properly, so that its cookies are on the disk. */
async function enrol(browser: MortalBrowser, shop: Shop): Promise<void> {
  const till = await openTill(await browser.start(), shop)
  await signIn(till.page, 'cashier')
  await isLive(till.page)
  await till.page.getByRole('button', { name: /^Till 3 / }).click()
  await expect(till.total).toBeVisible()
  await till.isSent()
  await till.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
  await browser.quit()
}

async function readyToPay(page: Page, place: number): Promise<void> {
  const lines = page.locator('[data-line]')
  // Somebody who finds goods in the cart after a crash serves the customer who still stands there.
  if ((await lines.count()) === 0) await page.locator('[data-product]').nth(place).click()
  await page.getByTestId('pay').click()
  await page.getByTestId('complete').waitFor()
}

test(`a browser killed around “pay” loses no sale that was shown as paid and doubles none (${rounds} rounds)`, async ({
  shop,
}) => {
  test.setTimeout(60_000 + rounds * 30_000)
  console.log(`CRASH_ROUNDS=${rounds} CRASH_SEED=${seed}`)
  const random = chance(seed)
  const shown = new Set<string>()
  const browser = new MortalBrowser()
  try {
    await enrol(browser, shop)
    let wasPaid = false
    for (let round = 1; round <= rounds; round++) {
      const context = await browser.start()
      let wasShown = ''
      await watchPaid(context, (receipt) => {
        wasShown = receipt
        shown.add(receipt)
      })
      const { page } = await openTill(context, shop)
      await hasGoods(page, round)
      // What was paid for is not in the cart again.
      if (wasPaid) await expect(page.locator('[data-line]')).toHaveCount(0)
      await readyToPay(page, Math.floor(random() * 8))
      const session = await context.newCDPSession(page)
      const key = { key: 'Enter', text: '\r', windowsVirtualKeyCode: 13 }
      void session.send('Input.dispatchKeyEvent', { type: 'keyDown', ...key }).catch(() => undefined)
      // In turn so long after the key, and so long after “paid” was on the screen.
      if (round % 2 === 0) await expect.poll(() => wasShown, { intervals: [1] }).not.toBe('')
      await new Promise((resolve) => setTimeout(resolve, random() * latest))
      wasPaid = wasShown !== ''
      await browser.kill()
    }
    const last = await openTill(await browser.start(), shop)
    await isLive(last.page)
    await last.isSent()
  } finally {
    await browser.remove()
  }

  const sales = await salesOf(shop)
  const receipts = sales.map((sale) => String(sale.receipt_number))
  console.log(`shown as paid ${shown.size}, at the node ${sales.length}`)
  expect(shown.size).toBeGreaterThan(0)
  for (const receipt of shown) expect(receipts.filter((one) => one === receipt)).toEqual([receipt])
  expect(receipts.map(numberOf)).toEqual(receipts.map((_, n) => n + 1))
  for (const sale of sales) await isWhole(shop, sale)
})

async function salesOf(shop: Shop): Promise<readonly Row[]> {
  return shop.rows('sales', 'search=B01-T3&sort=receipt_number&limit=5000')
}

/** A sale came with its line, its payment and the goods that left, each once. */
async function isWhole(shop: Shop, sale: Row): Promise<void> {
  const of = (table: string) => shop.rows(table, `sale_id=${sale.id}`)
  const [lines, payments, goods] = await Promise.all([
    of('sale_lines'),
    of('transactions'),
    of('inventory_adjustments'),
  ])
  expect([lines.length, payments.length, goods.length]).toEqual([1, 1, 1])
  expect(payments[0]?.amount).toBe(sale.total)
  expect(goods[0]?.quantity).toBe(-1)
}
