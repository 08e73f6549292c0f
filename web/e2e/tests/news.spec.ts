import type { Page } from '@playwright/test'
import { expect, isLive, test } from '../support/test.ts'

const news = (page: Page) => page.getByTestId('news')

test('an order that comes is told of wherever one is, counted until the board was looked at, and so is what is said of it', async ({
  shop,
  visit,
}) => {
  const cashier = await visit('cashier', '/pos')
  await isLive(cashier)
  const [branch] = await shop.rows('branches', 'sort=code&limit=1')
  const branch_id = branch?.id ?? ''

  const order = await shop.create('orders', { number: 'N-1', branch_id, client_name: 'Ada' })
  await expect(cashier.getByText('New order: Ada, N-1')).toBeVisible()
  await expect(news(cashier)).toHaveText('1 new')
  await cashier.getByRole('button', { name: 'Show' }).click()
  const card = cashier.locator(`[data-row="${order.id}"]`)
  await expect(card).toBeVisible()
  await expect(news(cashier)).toHaveCount(0)

  const comment = { branch_id, subject_table: 'orders', subject_id: order.id, author_name: 'Omar' }
  await shop.create('comments', { ...comment, body: 'Call before noon' })
  await expect(card).toContainText('1 unread')
  await expect(news(cashier)).toHaveText('1 new')
  await card.getByRole('button').first().click()
  await expect(cashier.getByText('Call before noon')).toBeVisible()
  await expect(news(cashier)).toHaveCount(0)
  await shop.create('comments', { ...comment, body: 'Or after four' })
  await expect(cashier.getByText('Or after four')).toBeVisible()
  await expect(news(cashier)).toHaveCount(0)
})

test('who edits a row is told when somebody else changes it, and what was typed stays', async ({
  shop,
  visit,
}) => {
  const manager = await visit('manager', '/back-office/products')
  await isLive(manager)
  await manager.locator('[data-row]').nth(1).click()
  const name = manager.getByLabel('Name')
  const before = await name.inputValue()
  await name.fill('Half typed')
  const [product] = await shop.rows('products', `search=${encodeURIComponent(before)}&limit=1`)
  await shop.update('products', product?.id ?? '', { price: Number(product?.price) + 100 }, 'admin')

  await expect(manager.getByTestId('meanwhile')).toContainText('Price')
  await expect(name).toHaveValue('Half typed')
})
