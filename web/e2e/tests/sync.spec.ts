import { Branch } from '../support/branch.ts'
import { Line } from '../support/line.ts'
import { expect, type Page, test } from '../support/test.ts'

const line = (page: Page, name: string) => page.locator(`[data-branch="${name}"]`)
const cell = (page: Page, name: string, label: string) => line(page, name).locator(`[data-label="${label}"]`)
const view = (page: Page, name: string) => page.getByText(name, { exact: true }).click()

/** Invites a branch on the page and answers the token from the command that is shown. */
async function invite(page: Page, name: string): Promise<string> {
  await page.getByRole('button', { name: 'Add a branch' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a branch' })
  await dialog.getByLabel('What people call it').fill(name)
  await dialog.getByRole('button', { name: 'Add a branch' }).click()
  const command = (await page.getByTestId('join-command').textContent()) ?? ''
  await page.keyboard.press('Escape')
  return /join (\S+) --master-url/.exec(command)?.[1] ?? ''
}

test('a branch is invited, cut off, sells on, comes back, and what both changed is decided field by field', async ({
  shop,
  visit,
}) => {
  const page = await visit('admin', '/admin/sync')
  await expect(page.getByRole('heading', { name: 'No branch follows this node' })).toBeVisible()
  const token = await invite(page, 'Airport')
  await expect(line(page, 'Airport')).toContainText('Invited')

  const cable = await Line.to(shop.url)
  const branch = await Branch.join(token, cable.url)
  try {
    await expect(line(page, 'Airport')).toContainText('Up to date')
    await expect(cell(page, 'Airport', 'Clock')).toHaveText('right')

    await cable.cut()
    const [milk] = await branch.rows('products', 'search=Milk&limit=1')
    const id = milk?.id ?? ''
    const price = Number(milk?.price)
    await shop.update('products', id, { price: price + 10 }, 'admin')
    await branch.call('PUT', `/api/products/${id}`, { price: price + 25 })
    const [own] = (await branch.rows('branches')).filter(({ name }) => name === 'Airport')
    const sold = { product_id: id, branch_id: own?.id, kind: 'sale', quantity: -3 }
    await branch.call('POST', '/api/inventory_adjustments', sold)
    await expect(line(page, 'Airport')).toContainText('Not heard of')
    await expect(cell(page, 'Airport', 'Waits for it')).toContainText(/^1for /)

    await cable.mend()
    await expect(line(page, 'Airport')).toContainText('Up to date')
    const [shelf] = await shop.rows('inventories', `product_id=${id}&branch_id=${own?.id}`, 'admin')
    expect(shelf?.quantity).toBe(-3)
    await view(page, 'Rounds')
    await expect(page.locator('[data-list="rounds"]')).toContainText('Airport')

    await view(page, 'Conflicts')
    const conflict = page.locator('[data-conflict]').filter({ hasText: 'Price' })
    await expect(conflict).toContainText('Does not count')
    await conflict.getByRole('button', { name: /^Take .* for Price/ }).click()
    await expect(conflict).toContainText('Other value taken')
    await expect.poll(async () => (await branch.rows('products', `id=${id}`))[0]?.price).toBe(price + 10)
  } finally {
    await branch.close()
    await cable.cut()
  }
})

test('a branch looks after its own side: a lane is paused, tried dry, sent, and everything is loaded anew', async ({
  shop,
  visit,
}) => {
  const office = await visit('admin', '/admin/sync')
  const branch = await Branch.join(await invite(office, 'Harbour'), shop.url)
  try {
    const page = await visit('admin', `${branch.url}/admin/sync`)
    const name = new URL(shop.url).host.replace(':', '-')
    const card = page.locator(`[data-master="${name}"]`)
    const prices = card.locator('[data-lane="prices"]')
    await expect(card).toContainText('Up to date')

    await card.getByRole('button', { name: 'Pause Prices' }).click()
    await expect(prices).toContainText('Paused')
    const [product] = await branch.rows('products', 'limit=1')
    await branch.call('PUT', `/api/products/${product?.id}`, { price: Number(product?.price) + 5 })
    await expect(prices.locator('[data-label="Waits"]')).toHaveText('1')
    await expect(cell(office, 'Harbour', 'Waits there')).toHaveText('1')

    await card.getByRole('button', { name: 'Dry run' }).click()
    const trial = page.getByRole('dialog', { name: `What would go up to ${name}` })
    await expect(trial.getByRole('row').filter({ hasText: 'Products' })).toContainText('applied')
    await page.keyboard.press('Escape')

    await card.getByRole('button', { name: 'Let Prices go on' }).click()
    await expect(prices.locator('[data-label="Waits"]')).toHaveText('0')
    await card.getByRole('button', { name: 'Sync now' }).click()
    await expect(page.getByText(/^Synced: /)).toBeVisible()

    await card.getByRole('button', { name: 'Reset' }).click()
    const reset = page.getByRole('dialog', { name: `Load everything anew from ${name}` })
    const yes = reset.getByRole('button', { name: 'Send, then load anew' })
    await expect(yes).toBeDisabled()
    await reset.getByLabel(`Type ${name} to go on`).fill(name)
    await yes.click()
    await expect(page.getByText(/^Loaded anew: \d+ rows/)).toBeVisible()

    await office.getByRole('button', { name: 'Details of Harbour' }).click()
    const sheet = office.getByRole('dialog', { name: 'Harbour' })
    await sheet.getByRole('button', { name: 'Remove', exact: true }).click()
    await sheet.getByRole('button', { name: 'Remove it' }).click()
    await expect(line(office, 'Harbour')).toHaveCount(0)
    await card.getByRole('button', { name: 'Sync now' }).click()
    await expect(card).toContainText('Failing')
  } finally {
    await branch.close()
  }
})

test('what was refused is put right in the tray and sent again', async ({ shop, visit }) => {
  const [product] = await shop.rows('products', 'limit=1', 'admin')
  const page = await visit('admin', '/admin/sync?view=tray')
  await expect(page.getByRole('heading', { name: 'The tray is empty' })).toBeVisible()
  await shop.push('admin', {
    table: 'products',
    id: product?.id ?? '',
    kind: 'update',
    fields: { price: 'cheap' },
  })

  await page.getByRole('button', { name: 'Look into Products' }).click()
  const sheet = page.getByRole('dialog')
  await sheet.getByRole('button', { name: 'Send again' }).click()
  await expect(sheet.getByRole('alert').last()).toContainText('Refused again')
  await sheet.getByRole('textbox', { name: /^Price/ }).fill('7.77')
  await sheet.getByRole('button', { name: 'Send again' }).click()
  await expect(page.getByRole('heading', { name: 'The tray is empty' })).toBeVisible()
  const [after] = await shop.rows('products', `id=${product?.id}`, 'admin')
  expect(after?.price).toBe(777)
})

test('only an administrator finds the page', async ({ visit }) => {
  const page = await visit('manager', '/admin/sync')
  await expect(page.getByRole('heading', { name: 'Only an administrator sees this page' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Sync' })).toHaveCount(0)
})
