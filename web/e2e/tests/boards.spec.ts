import { expect, isLive, type Page, test } from '../support/test.ts'

const column = (page: Page, state: string) => page.locator(`section[data-state="${state}"]`)
const card = (page: Page, name: string) => page.getByRole('article').filter({ hasText: name })

async function move(page: Page, name: string, to: string): Promise<void> {
  await card(page, name).locator(`[data-move="${to}"]`).click()
}

async function startOrder(page: Page, client: string, goods: string): Promise<void> {
  await page.getByRole('button', { name: 'New order' }).click()
  const sheet = page.getByRole('dialog', { name: 'New order' })
  await sheet.getByLabel('Client').fill(client)
  await sheet.getByRole('searchbox', { name: 'Add a product' }).fill(goods)
  await expect(sheet.getByRole('button', { name: new RegExp(`^${goods}`) })).toBeVisible()
  await page.keyboard.press('Enter')
  await sheet.getByRole('button', { name: /^Save draft/ }).click()
  await expect(sheet).toHaveCount(0)
}

test('an order goes from draft to released on every open board at once', async ({ shop, visit }) => {
  const cashier = await visit('cashier', '/cashier/pos')
  const releasing = await visit('releasing', '/releasing/orders')
  const manager = await visit('manager', '/dashboard')
  for (const page of [cashier, releasing, manager]) await isLive(page)
  const count = (state: string) => manager.locator(`[data-orders="${state}"]`)
  await expect(manager.locator('[data-figure="sales"]')).toHaveText(/^\d+$/)
  const drafts = Number(await count('draft').textContent())
  const open = Number(await manager.locator('[data-figure="open-orders"]').textContent())

  await startOrder(cashier, 'Greta Fromm', 'Avocado')
  await expect(column(cashier, 'draft')).toContainText('Greta Fromm')
  await expect(count('draft')).toHaveText(String(drafts + 1))
  await expect(manager.locator('[data-figure="open-orders"]')).toHaveText(String(open + 1))

  await move(cashier, 'Greta Fromm', 'awaiting_payment')
  await expect(column(cashier, 'awaiting_payment')).toContainText('Greta Fromm')
  await expect(count('draft')).toHaveText(String(drafts))

  await move(cashier, 'Greta Fromm', 'paid')
  await cashier.getByRole('dialog').getByRole('button', { name: 'Cash' }).click()
  await expect(column(cashier, 'paid')).toContainText('Greta Fromm')
  await expect(column(releasing, 'paid')).toContainText('Greta Fromm')

  await move(releasing, 'Greta Fromm', 'for_release')
  await expect(column(releasing, 'for_release')).toContainText('Greta Fromm')
  await expect(column(cashier, 'for_release')).toContainText('Greta Fromm')

  await move(releasing, 'Greta Fromm', 'released')
  await expect(column(releasing, 'released')).toContainText('Greta Fromm')
  await expect(column(cashier, 'released')).toContainText('Greta Fromm')
  await expect(manager.locator('[data-figure="open-orders"]')).toHaveText(String(open))

  const [order] = await shop.rows('orders', 'search=Greta Fromm')
  expect([order?.status, order?.paid, order?.released_by]).toEqual(['released', order?.total, 'Ruben Okafor'])
})

test('a cancelled order leaves every board', async ({ shop, visit }) => {
  const cashier = await visit('cashier', '/cashier/pos')
  const manager = await visit('manager', '/cashier/pos')
  for (const page of [cashier, manager]) await isLive(page)
  await startOrder(cashier, 'Hanno Cold', 'Bananas')
  await card(manager, 'Hanno Cold').getByRole('button').first().click()
  const sheet = manager.getByRole('dialog')
  await sheet.getByRole('button', { name: 'Cancel it' }).click()
  await sheet.getByRole('button', { name: 'Yes, cancel it' }).click()
  await expect(card(cashier, 'Hanno Cold')).toHaveCount(0)
  await expect(card(manager, 'Hanno Cold')).toHaveCount(0)
  await expect.poll(async () => (await shop.rows('orders', 'search=Hanno Cold'))[0]?.status).toBe('cancelled')
})

test('a half-typed comment stays while the order moves and others comment', async ({ shop, visit }) => {
  const cashier = await visit('cashier', '/cashier/pos')
  const releasing = await visit('releasing', '/releasing/orders')
  for (const page of [cashier, releasing]) await isLive(page)
  const number = String((await shop.rows('orders', 'status=paid&limit=1'))[0]?.number)

  await card(releasing, number).getByRole('button').first().click()
  const sheet = releasing.getByRole('dialog', { name: number })
  const comment = sheet.getByLabel('Write a comment')
  await comment.pressSequentially('The client comes')

  await card(cashier, number).getByRole('button').first().click()
  const theirs = cashier.getByRole('dialog', { name: number })
  await theirs.getByLabel('Write a comment').fill('Called, back at five')
  await theirs.getByRole('button', { name: 'Send', exact: true }).click()
  await theirs.locator('[data-move="for_release"]').click()

  await expect(sheet.getByText('Called, back at five')).toBeVisible()
  await expect(sheet.getByText('For release', { exact: true })).toBeVisible()
  await expect(comment).toBeFocused()
  await expect(comment).toHaveValue('The client comes')
  await releasing.keyboard.type(' at six')
  await releasing.keyboard.press('Enter')
  await expect(comment).toHaveValue('')
  await expect(theirs.getByText('The client comes at six')).toBeVisible()
})

test('a registration goes from the counter to the hand-over, and can be cancelled', async ({
  shop,
  visit,
}) => {
  const cashier = await visit('cashier', '/cashier/registrations')
  const releasing = await visit('releasing', '/releasing/registrations')
  for (const page of [cashier, releasing]) await isLive(page)
  const register = async (client: string) => {
    await cashier.getByRole('button', { name: 'New registration' }).click()
    const sheet = cashier.getByRole('dialog', { name: 'New registration' })
    await sheet.getByLabel('Client').fill(client)
    await sheet.getByLabel('Kind').selectOption('repair')
    await sheet.getByLabel('Fee').fill('12.50')
    await sheet.getByRole('button', { name: 'Save registration' }).click()
    await expect(sheet).toHaveCount(0)
  }

  await register('Iris Watch')
  await expect(column(cashier, 'new')).toContainText('Iris Watch')
  await move(cashier, 'Iris Watch', 'for_release')
  await expect(column(releasing, 'for_release')).toContainText('Iris Watch')
  await move(releasing, 'Iris Watch', 'released')
  await expect(column(cashier, 'released')).toContainText('Iris Watch')
  const [kept] = await shop.rows('registrations', 'search=Iris Watch')
  expect([kept?.status, kept?.fee, kept?.kind]).toEqual(['released', 1250, 'repair'])

  await register('Jan Wrong')
  await card(cashier, 'Jan Wrong').getByRole('button').first().click()
  await cashier.getByRole('button', { name: 'Cancel it' }).click()
  await cashier.getByRole('button', { name: 'Yes, cancel it' }).click()
  await expect(card(cashier, 'Jan Wrong')).toHaveCount(0)
  await expect
    .poll(async () => (await shop.rows('registrations', 'search=Jan Wrong'))[0]?.status)
    .toBe('cancelled')
})
