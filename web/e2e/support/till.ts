import { expect, type Page } from '@playwright/test'
import type { Mailbox } from './shop.ts'
import { isLive, type Visit } from './test.ts'

/** The selling screen as a cashier handles it. */
export class Till {
  readonly page: Page

  constructor(page: Page) {
    this.page = page
  }

  /** Signs in at a fresh device and makes it the till of this name. */
  static async open(visit: Visit, as: Mailbox = 'cashier', name = 'Till 3'): Promise<Till> {
    const till = new Till(await visit(as, '/pos'))
    await isLive(till.page)
    await till.page.getByRole('button', { name: new RegExp(`^${name} `) }).click()
    await expect(till.total).toBeVisible()
    await till.isSent()
    return till
  }

  get search() {
    return this.page.getByRole('searchbox', { name: 'Search or scan' })
  }

  get total() {
    return this.page.getByTestId('total')
  }

  get lines() {
    return this.page.locator('[data-line]')
  }

  get receiptNumber() {
    return this.page.getByRole('dialog').getByTestId('receipt-number')
  }

  product(id: string) {
    return this.page.locator(`[data-product="${id}"]`)
  }

  stock(id: string) {
    return this.product(id).locator('[data-stock]')
  }

  line(id: string) {
    return this.page.locator(`[data-line="${id}"]`)
  }

  /** Finds a product by typing its name and takes the first one found. */
  async add(name: string): Promise<void> {
    await this.search.fill(name)
    await this.search.press('Enter')
    await expect(this.search).toHaveValue('')
  }

  async pay(way: 'Cash' | 'Card' | 'Split' = 'Cash'): Promise<void> {
    await this.page.getByTestId('pay').click()
    if (way !== 'Cash') await this.page.getByText(way, { exact: true }).click()
  }

  /** Completes the sale and answers with its receipt number; the next customer may come. */
  async complete(): Promise<string> {
    await this.page.getByTestId('complete').click()
    const number = (await this.receiptNumber.textContent()) ?? ''
    await this.page.getByTestId('next').click()
    await expect(this.lines).toHaveCount(0)
    return number
  }

  async sell(...names: readonly string[]): Promise<string> {
    for (const name of names) await this.add(name)
    await this.pay()
    return this.complete()
  }

  /** Nothing of this device waits any more. */
  async isSent(): Promise<void> {
    await isLive(this.page)
  }

  /** A wedge scanner: the code's keys and Enter. */
  async scan(code: string): Promise<void> {
    await this.burst(code, 'Enter')
  }

  /** Real keys, five milliseconds apart by the keyboard's own clock; the last may be one that writes nothing. */
  async burst(text: string, last?: 'Enter' | 'Backspace'): Promise<void> {
    const session = await this.page.context().newCDPSession(this.page)
    const start = Date.now() / 1000
    const keys = last === undefined ? [...text] : [...text, last]
    const sent = keys.flatMap((key, index) => {
      const text = key === 'Enter' ? '\r' : key.length === 1 ? key : undefined
      const timestamp = start + index * 0.005
      const code = key === 'Enter' ? 13 : key === 'Backspace' ? 8 : key.charCodeAt(0)
      const common = { key, windowsVirtualKeyCode: code, timestamp }
      return [
        session.send('Input.dispatchKeyEvent', {
          type: text === undefined ? 'rawKeyDown' : 'keyDown',
          ...(text !== undefined && { text }),
          ...common,
        }),
        session.send('Input.dispatchKeyEvent', { type: 'keyUp', ...common }),
      ]
    })
    await Promise.all(sent)
    await session.detach()
  }
}

export function numberOf(receipt: string): number {
  return Number(/-(\d+)$/.exec(receipt)?.[1])
}
