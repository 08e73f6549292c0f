import { connection, expect, isLive, lineOf, type Page, signIn, test } from '../support/test.ts'
import { Till } from '../support/till.ts'

const queueOf = (page: Page) => page.getByRole('dialog', { name: 'Queue' })

async function cut(page: Page): Promise<void> {
  await lineOf(page).cut()
  await expect(connection(page)).toContainText('Offline')
}

/** Notes what the app shows on its icon. */
async function watchBadge(page: Page): Promise<() => Promise<readonly number[]>> {
  await page.addInitScript(() => {
    const shown: number[] = []
    Object.assign(window, { shown })
    Object.assign(navigator, {
      setAppBadge: async (count: number) => void shown.push(count),
      clearAppBadge: async () => void shown.push(0),
    })
  })
  await page.reload()
  return () => page.evaluate(() => (window as unknown as { shown: number[] }).shown)
}

test('signing out with an unsent sale says what becomes of it, and it goes off when the person is back', async ({
  shop,
  visit,
}) => {
  const till = await Till.open(visit)
  const { page } = till
  const badge = await watchBadge(page)
  await cut(page)
  await till.add('Bananas')
  await till.pay()
  await page.getByTestId('complete').click()
  const steps = page.getByTestId('sale-steps')
  await expect(steps.locator('[data-step="on_device"] time')).toHaveText(/\d:\d\d/)
  await expect(steps.locator('[data-step="sent"] time')).toHaveText('not yet')
  const receipt = (await till.receiptNumber.textContent()) ?? ''
  await page.getByTestId('next').click()
  expect((await badge()).at(-1)).toBe(1)

  await page.getByRole('button', { name: /account and appearance/ }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByTestId('leaving')).toContainText('One sale has not been sent')
  await expect(page.getByTestId('leaving')).toContainText('They stay on this device')
  await page.getByRole('button', { name: 'Sign out, keep them here' }).click()
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()

  await lineOf(page).mend()
  await expect(connection(page)).toContainText('Server in reach', { timeout: 60_000 })
  await signIn(page, 'cashier')
  await till.isSent()
  expect(await shop.rows('sales', `search=${receipt}`)).toHaveLength(1)
  expect((await badge()).at(-1)).toBe(0)
  await page.getByRole('button', { name: 'Today’s sales' }).click()
  await expect(page.locator('[data-sale-state]').first()).toHaveAttribute('data-sale-state', 'office')
  await page.getByRole('button', { name: receipt }).click()
  await expect(steps.locator('li')).toHaveCount(3)
  await expect(steps.locator('[data-step="office"] time')).toHaveText(/\d:\d\d/)
})

test('what was refused says why in plain words, is put right and sent again, or given to a manager with a word', async ({
  shop,
  visit,
}) => {
  const category = await shop.create('categories', { name: 'Seasonal' })
  const [butter] = await shop.rows('products', 'search=Butter, 250&limit=1')
  const [banana] = await shop.rows('products', 'search=Bananas&limit=1')
  const page = await visit('manager', `/back-office/products?row=${butter?.id}`)
  await isLive(page)
  const panel = page.getByRole('complementary')
  await cut(page)
  for (const product of [butter, banana]) {
    await page.evaluate((to) => history.pushState({}, '', to), `/back-office/products?row=${product?.id}`)
    await expect(panel.getByLabel('Name')).toHaveValue(String(product?.name))
    await panel.getByLabel('Price').fill('3.33')
    await panel.getByRole('combobox', { name: 'Category' }).fill('Seasonal')
    await page.getByRole('option', { name: 'Seasonal' }).click()
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await expect(panel).toHaveCount(0)
  }
  await expect(connection(page)).toHaveText('Offline · 2 waiting')
  await shop.remove('categories', category.id)
  await lineOf(page).mend()

  await expect(connection(page)).toContainText('2 refused')
  await page.goto('/queue')
  const card = (name: string) => page.locator('[data-rejected]', { hasText: name })
  const first = card('Butter, 250 g')
  await expect(first.getByRole('heading')).toHaveText('Change in Products: Butter, 250 g')
  await expect(first).toContainText('names something that does not exist')
  await expect(first).toContainText('broken_reference')
  await first.getByRole('button', { name: 'Put right' }).click()
  await expect(first.getByText('This was refused')).toBeVisible()
  await first.getByRole('textbox', { name: 'Price' }).fill('3.44')
  await first.getByRole('button', { name: 'Leave out Category' }).click()
  await first.getByRole('button', { name: 'Send it so' }).click()
  await expect(page.locator('[data-rejected]')).toHaveCount(1)

  const second = card(String(banana?.name))
  await second.getByRole('button', { name: 'Give to a manager' }).click()
  await second.getByLabel('What the manager should know').fill('Seasonal is gone')
  await second.getByRole('button', { name: 'Give it to them' }).click()
  await expect(page.getByText('Nothing waits')).toBeVisible()
  await isLive(page)
  const [after] = await shop.rows('products', 'search=Butter, 250&limit=1')
  expect([after?.price, after?.category_id]).toEqual([344, butter?.category_id])
  const tray = await visit('admin', '/admin/sync?view=tray')
  await tray.locator('[data-list="tray"] button', { hasText: 'Products' }).first().click()
  await expect(tray.getByRole('dialog')).toContainText('Seasonal is gone')
})

test('the journal of a till that never comes back is taken over by another device, once', async ({
  shop,
  visit,
}) => {
  const till = await Till.open(visit)
  await cut(till.page)
  const receipt = await till.sell('Bananas')
  await connection(till.page).click()
  const downloading = till.page.waitForEvent('download')
  await queueOf(till.page).getByRole('button', { name: 'Save as a file' }).click()
  const download = await downloading
  expect(download.suggestedFilename()).toMatch(/^branchline-journal-B01-T3-\d{4}-\d\d-\d\d-\d{4}\.json$/)
  const journal = await download.path()
  await till.page.close()

  const page = await visit('cashier', '/queue')
  await isLive(page)
  for (const answer of ['1 change was taken over', 'Nothing new is in this file. 1 is known']) {
    await page.getByLabel('Take over a file').setInputFiles(journal)
    await expect(page.getByText('1 change that waits')).toBeVisible()
    await page.getByRole('button', { name: 'Take it over' }).click()
    await expect(page.getByText(answer)).toBeVisible()
  }
  await isLive(page)
  expect(await shop.rows('sales', `search=${receipt}`)).toHaveLength(1)
})

test('closing a drawer asks while sales are unsent, and says what should be there only after the count', async ({
  shop,
  visit,
}) => {
  const [banana] = await shop.rows('products', 'search=Bananas&limit=1')
  const price = Number(banana?.price)
  const till = await Till.open(visit)
  const { page } = till
  await page.keyboard.press('F6')
  await page.getByLabel('Cash in the drawer').fill('100')
  await page.getByRole('button', { name: 'Open the drawer' }).click()
  await till.isSent()
  await cut(page)
  await till.sell('Bananas')

  await page.keyboard.press('F6')
  const dialog = page.getByRole('dialog')
  await expect(dialog).not.toContainText('Should hold')
  await dialog.getByLabel('Counted').fill(((10_000 + price - 100) / 100).toFixed(2))
  await dialog.getByRole('button', { name: 'Close the drawer' }).click()
  await expect(page.getByTestId('unsent')).toContainText('One sale has not been sent')
  await page.getByRole('button', { name: 'Close it all the same' }).click()
  await expect(dialog.locator('[data-sum="expected"]')).toContainText(((10_000 + price) / 100).toFixed(2))
  await expect(dialog.getByRole('status')).toContainText('Short')
  await expect(dialog.getByRole('status')).toContainText('1.00')
  await dialog.getByRole('button', { name: 'Done' }).click()
  await lineOf(page).mend()
  await till.isSent()
  const [drawer] = await shop.rows('cash_sessions', 'sort=-opened_at&limit=1')
  expect([drawer?.status, drawer?.counted, drawer?.cash]).toEqual(['closed', 9_900 + price, price])
})

test('on a plain http address the app says what is not safe there, and sells all the same', async ({
  shop,
  browser,
}) => {
  const page = await browser.newPage()
  await page.goto(`${shop.url.replace('127.0.0.1', 'shop.branchline.test')}/pos`)
  const banner = page.locator('[data-banner="insecure"]')
  await expect(banner).toContainText('cannot be opened again while the server is away')
  await signIn(page, 'cashier')
  await expect(page.locator('[data-storage="unknown"]')).toContainText('could be deleted')
  await banner.getByRole('button', { name: 'Understood' }).click()
  await expect(banner).toHaveCount(0)
  const till = new Till(page)
  await page.getByRole('button', { name: /^Till 3 / }).click()
  const receipt = await till.sell('Bananas')
  await till.isSent()
  expect(await shop.rows('sales', `search=${receipt}`)).toHaveLength(1)
  await page.close()
})
