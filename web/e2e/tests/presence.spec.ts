import { type Browser, chromium } from '@playwright/test'
import { chromium as installed } from '../support/browser.ts'
import type { Shop } from '../support/shop.ts'
import { expect, isLive, type Page, signIn, test } from '../support/test.ts'

const online = (page: Page) => page.getByTestId('online')
const looking = (page: Page) => page.getByTestId('looking')

/** A browser of its own that can be killed without a word to anybody. */
async function visitBeside(
  shop: Shop,
  path: string,
): Promise<{ page: Page; browser: Browser; kill: () => void }> {
  const server = await chromium.launchServer(installed)
  const browser = await chromium.connect(server.wsEndpoint())
  const page = await browser.newPage({ baseURL: shop.url, locale: 'en-US' })
  await page.goto(path)
  await signIn(page, 'cashier')
  await isLive(page)
  return { page, browser, kill: () => server.process().kill('SIGKILL') }
}

test('everybody sees who is online at their branch; a browser that is killed disappears', async ({
  shop,
  visit,
}) => {
  const manager = await visit('manager', '/dashboard')
  await expect(online(manager)).toHaveText('1')
  const beside = await visitBeside(shop, '/cashier/pos')
  await expect(online(manager)).toHaveText('2')
  await expect(online(beside.page)).toHaveText('2')
  await online(manager).click()
  await expect(manager.getByRole('dialog', { name: 'Who is online' }).getByRole('listitem')).toHaveCount(2)
  await expect(manager.getByRole('dialog')).toContainText('(you)')
  await manager.keyboard.press('Escape')

  const other = await visit('cashier2', '/dashboard')
  await isLive(other)
  await expect(online(other)).toHaveText('1')
  await expect(online(manager)).toHaveText('2')

  beside.kill()
  await expect(online(manager)).toHaveText('1', { timeout: 60_000 })
})

test('whoever opens an order sees who else looks at it', async ({ visit }) => {
  const manager = await visit('manager', '/cashier/pos')
  const cashier = await visit('cashier', '/cashier/pos')
  for (const page of [manager, cashier]) {
    await isLive(page)
    await page.getByRole('article').first().getByRole('button').first().click()
  }
  await expect(looking(manager)).toContainText('Also looking at this')
  await expect(looking(cashier)).toContainText('Also looking at this')
  await cashier.keyboard.press('Escape')
  await expect(looking(manager)).toHaveText('')
})

test('whoever opens a product in the back office is seen there, too', async ({ visit }) => {
  const admin = await visit('admin', '/back-office/products')
  const manager = await visit('manager', '/back-office/products')
  for (const page of [admin, manager]) {
    await isLive(page)
    await page.locator('[data-row]').nth(1).click()
  }
  await expect(looking(admin)).toContainText('is editing this')
  await manager.goto('/dashboard')
  await expect(looking(admin)).toHaveText('')
})

test('after the node was killed and started again nobody is doubled and nobody is left over', async ({
  shop,
  visit,
}) => {
  const manager = await visit('manager', '/dashboard')
  const cashier = await visit('cashier', '/dashboard')
  const releasing = await visit('releasing', '/dashboard')
  for (const page of [manager, cashier, releasing]) await expect(online(page)).toHaveText('3')

  await shop.stop('SIGKILL')
  await releasing.context().close()
  await expect(online(manager)).toHaveText('0')
  await shop.start()
  for (const page of [manager, cashier]) {
    await isLive(page)
    await expect(online(page)).toHaveText('2', { timeout: 60_000 })
  }
})
