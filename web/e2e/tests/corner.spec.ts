import { connection, expect, isLive, type Locator, lineOf, type Page, test } from '../support/test.ts'
import { Till } from '../support/till.ts'

const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true }

type Box = Awaited<ReturnType<Locator['boundingBox']>>

function overlap(a: Box, b: Box): boolean {
  if (!a || !b) return false
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

/** Where everything in the frame of the page stands. */
async function places(page: Page): Promise<unknown> {
  const frame = page.locator('header, header > *, main, nav')
  return frame.evaluateAll((all) => all.map((one) => JSON.stringify(one.getBoundingClientRect())))
}

test('says that it is loading until everything was read, and only then that it is live', async ({
  shop,
  browser,
}) => {
  const page = await browser.newPage({ baseURL: shop.url })
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  await page.route('**/sync/snapshot**', async (route) => {
    await held
    await route.continue()
  })
  await page.goto('/dashboard')
  await page.getByLabel('E-mail').fill('manager@demo.shop')
  await page.getByLabel('Password').fill('branchline-demo')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(connection(page)).toHaveText('Loading')
  await connection(page).click()
  await expect(page.getByRole('dialog').getByText('reads what it does not have yet')).toBeVisible()
  await page.keyboard.press('Escape')
  release()
  await isLive(page)
  await expect(page.locator('[data-figure="sales"]')).toHaveText(/^\d+$/)
  await page.close()
})

test('going offline, selling there and coming back moves nothing on a phone', async ({ visit }) => {
  const till = new Till(await visit('cashier', '/pos', phone))
  await isLive(till.page)
  await till.page.getByRole('button', { name: /^Till 3 / }).click()
  await expect(till.search).toBeVisible()
  await till.isSent()
  const before = await places(till.page)

  await lineOf(till.page).cut()
  await expect(connection(till.page)).toHaveText('Offline')
  expect(await places(till.page)).toEqual(before)
  await till.add('Bananas')
  await till.page.getByRole('button', { name: /^Pay / }).click()
  await till.complete()
  await expect(connection(till.page)).toHaveText('Offline · 1 sale waiting')
  expect(await places(till.page)).toEqual(before)
  await lineOf(till.page).mend()
  await till.isSent()
  expect(await places(till.page)).toEqual(before)
})

test('tells which field of which row was changed elsewhere meanwhile, and goes on telling it in the queue', async ({
  shop,
  visit,
}) => {
  const [product] = await shop.rows('products', 'search=Butter, 250&limit=1')
  const page = await visit('manager', `/back-office/products?row=${product?.id}`)
  await isLive(page)
  const price = page.getByRole('complementary').getByLabel('Price')
  await expect(price).not.toHaveValue('')
  await lineOf(page).cut()
  await expect(connection(page)).toContainText('Offline')
  await price.fill('1.11')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(connection(page)).toHaveText('Offline · 1 waiting')
  await shop.update('products', String(product?.id), { price: 222 })

  await lineOf(page).mend()
  await expect(page.getByText(/^Price of Butter, 250 g: changed elsewhere/)).toBeVisible()
  await isLive(page)
  expect((await shop.rows('products', 'search=Butter, 250&limit=1'))[0]?.price).toBe(222)
  await connection(page).click()
  const queue = page.getByRole('dialog', { name: 'Queue' })
  await expect(queue.getByText('Butter, 250 g: Price')).toBeVisible()
  await expect(queue.getByText('Nothing waits')).toBeVisible()
})

test('a refused change to a shelf is called by its product, and does not lie above "Nothing waits"', async ({
  shop,
  visit,
}) => {
  const [product] = await shop.rows('products', 'search=Butter, 250&limit=1')
  const [shelf] = await shop.rows('inventories', `product_id=${product?.id}`)
  const [person] = (await shop.rows('users', '', 'admin')).filter((one) => one.email === 'manager@demo.shop')
  const page = await visit('manager', `/back-office/inventories?row=${shelf?.id}`)
  await isLive(page)
  const place = page.getByRole('complementary').getByLabel('Shelf')
  await expect(place).toBeVisible()
  await expect(page.getByRole('complementary').getByRole('combobox', { name: /^Product/ })).toBeDisabled()
  await lineOf(page).cut()
  await expect(connection(page)).toContainText('Offline')
  await place.fill('Q-1')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(connection(page)).toHaveText('Offline · 1 waiting')
  await shop.update('users', String(person?.id), { role: 'cashier' }, 'admin')

  await lineOf(page).mend()
  await expect(connection(page)).toContainText('1 refused')
  await connection(page).click()
  const queue = page.getByRole('dialog', { name: 'Queue' })
  await expect(queue.getByRole('heading', { name: 'Change in Inventory: Butter, 250 g' })).toBeVisible()
  await expect(queue.getByText('Everything else from this device has reached')).toBeVisible()
  await expect(queue.getByText('Nothing waits')).toHaveCount(0)
})

for (const [name, options] of [
  ['at 1024 px', { viewport: { width: 1024, height: 720 } }],
  ['on a phone', phone],
] as const) {
  test(`the warning that a shelf is empty covers nothing that one pays with, ${name}`, async ({
    shop,
    visit,
  }) => {
    const [product] = await shop.rows('products', 'search=Butter, 250&limit=1')
    const [shelf] = await shop.rows('inventories', `product_id=${product?.id}`)
    if (shelf) await shop.count(shelf, 0)
    const till = new Till(await visit('cashier', '/pos', options))
    await isLive(till.page)
    await till.page.getByRole('button', { name: /^Till 3 / }).click()
    await till.add('Butter, 250')
    const toast = till.page.getByRole('status').filter({ hasText: 'the shelf says there is none left' })
    await expect(toast).toBeVisible()
    const warning = await toast.boundingBox()
    const buttons = till.page.getByRole('button', { name: /^(Pay|Discount|Cart)/ })
    const boxes = await Promise.all((await buttons.all()).map((button) => button.boundingBox()))
    expect(boxes.filter(Boolean)).toHaveLength(2)
    expect(boxes.filter((box) => overlap(box, warning))).toEqual([])
  })
}
