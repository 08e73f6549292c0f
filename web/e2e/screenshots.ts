import { tmpdir } from 'node:os'
import path from 'node:path'
import { Branch } from './support/branch.ts'
import { Line } from './support/line.ts'
import { screens, show } from './support/screens.ts'
import { expect, isLive, lineOf, test } from './support/test.ts'
import { Till } from './support/till.ts'

const folder = process.env.SCREENSHOTS ?? path.join(tmpdir(), 'branchline-screenshots')

for (const [size, viewport] of [
  ['desktop', { width: 1280, height: 800 }],
  ['phone', { width: 360, height: 740 }],
] as const) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`${size}, ${colorScheme}`, async ({ visit }) => {
      test.slow()
      const isPhone = size === 'phone'
      const page = await visit('admin', '/', { viewport, colorScheme, isMobile: isPhone, hasTouch: isPhone })
      await isLive(page)
      for (const [index, screen] of screens.entries()) {
        await show(page, screen)
        const name = `${String(index + 1).padStart(2, '0')}-${screen.name}-${size}-${colorScheme}.png`
        await page.screenshot({ path: path.join(folder, name), animations: 'disabled' })
      }
      console.log(`${size}, ${colorScheme}: in ${folder}`)
    })
  }
}

test('the till and the dashboard that follows it, side by side', async ({ visit, browser }) => {
  const viewport = { width: 1024, height: 720 }
  const till = await Till.open(visit, 'cashier', 'Till 3')
  await till.page.setViewportSize(viewport)
  const dashboard = await visit('manager', '/dashboard', { viewport, colorScheme: 'dark' })
  await isLive(dashboard)
  await till.sell('Apple juice', 'Baguette', 'Bagels', 'Bananas')
  for (const name of ['Bananas', 'Brie', 'Basmati', 'Avocado', 'Avocado']) await till.add(name)
  await till.isSent()
  await expect(dashboard.locator('[data-list="recent"]')).toContainText('B01-T3-000001')

  const pictures = []
  for (const page of [till.page, dashboard])
    pictures.push((await page.screenshot({ animations: 'disabled' })).toString('base64'))
  const sheet = await browser.newPage({ viewport: { width: 1480, height: 540 } })
  await sheet.setContent(
    `<body style="margin:0;display:flex;gap:16px;padding:8px;background:transparent">${pictures
      .map(
        (data) =>
          `<img src="data:image/png;base64,${data}" width="724" style="border-radius:8px;border:1px solid #8885">`,
      )
      .join('')}`,
  )
  await sheet.screenshot({ path: path.join(folder, 'till.png'), omitBackground: true })
  await sheet.close()
})

test('head office and two branches, one of them cut off', async ({ shop, visit }) => {
  const viewport = { width: 1180, height: 760 }
  const page = await visit('admin', '/admin/sync', { viewport })
  const lines: Line[] = []
  const branches: Branch[] = []
  for (const name of ['North', 'Harbour']) {
    const line = await Line.to(shop.url)
    lines.push(line)
    branches.push(await Branch.join(await shop.invite(name), line.url))
    await expect(page.locator(`[data-branch="${name}"]`)).toContainText('Up to date')
  }
  await lines[1]?.cut()
  const [product] = await shop.rows('products', 'search=Bananas&limit=1')
  await shop.update('products', product?.id ?? '', { price: 249 }, 'admin')
  await branches[0]?.call('PUT', `/api/products/${product?.id}`, { price: 259 })
  await branches[1]?.call('PUT', `/api/products/${product?.id}`, { price: 239 })
  await expect(page.locator('[data-branch="Harbour"]')).toContainText('Not heard of')
  await page.screenshot({ path: path.join(folder, 'sync.png'), animations: 'disabled' })
  await lines[1]?.mend()
  await expect(page.locator('[data-branch="Harbour"]')).toContainText('Up to date')

  const shots = [
    [page, 'Overview', 'office'],
    [page, 'Rounds', 'rounds'],
    [page, 'Conflicts', 'conflicts'],
    [await visit('admin', `${branches[0]?.url}/admin/sync`, { viewport }), 'Overview', 'branch'],
  ] as const
  for (const [shown, view, name] of shots) {
    await shown.getByText(view, { exact: true }).click()
    await shown.locator('main section, main h2').first().waitFor()
    for (const [size, width] of [
      ['desktop', 1180],
      ['phone', 360],
    ] as const) {
      await shown.setViewportSize({ width, height: 760 })
      for (const colorScheme of ['light', 'dark'] as const) {
        await shown.emulateMedia({ colorScheme })
        const file = `sync-${name}-${size}-${colorScheme}.png`
        await shown.screenshot({ path: path.join(folder, file), animations: 'disabled' })
      }
    }
    await shown.setViewportSize(viewport)
    await shown.emulateMedia({ colorScheme: 'light' })
  }
  for (const branch of branches) await branch.close()
  for (const line of lines) await line.cut()
})

for (const [size, viewport] of [
  ['desktop', { width: 1280, height: 800 }],
  ['phone', { width: 360, height: 740 }],
] as const) {
  test(`the queue and what it may say, ${size}`, async ({ shop, visit }) => {
    test.slow()
    const isPhone = size === 'phone'
    const page = await visit('manager', '/pos', { viewport, isMobile: isPhone, hasTouch: isPhone })
    const picture = async (name: string, isOver = true) => {
      if (isOver) await page.getByRole('dialog').waitFor()
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        const file = `queue-${name}-${size}-${colorScheme}.png`
        await page.screenshot({ path: path.join(folder, file), animations: 'disabled' })
      }
      await page.emulateMedia({ colorScheme: 'light' })
    }
    await isLive(page)
    const category = await shop.create('categories', { name: 'Seasonal' })
    const [product] = await shop.rows('products', 'search=Butter, 250&limit=1')
    await page.getByRole('button', { name: /^Till 3 / }).click()
    await page.locator('[data-product]').first().waitFor()
    await isLive(page)
    await page.keyboard.press('F6')
    await page.getByLabel('Cash in the drawer').waitFor()
    await picture('drawer-open')
    await page.getByLabel('Cash in the drawer').fill('100')
    await page.getByRole('button', { name: 'Open the drawer' }).click()

    await lineOf(page).cut()
    await expect(page.getByTestId('connection')).toContainText('Offline')
    await page.locator('[data-product]').nth(2).click()
    await page.locator('button:visible', { hasText: /^Pay/ }).last().click()
    await page.getByTestId('complete').click()
    await page.getByTestId('next').waitFor()
    await picture('paid-on-device')
    await page.getByTestId('next').click()
    await page.keyboard.press('F7')
    await picture('sales-on-device')
    await page.keyboard.press('Escape')
    await page.keyboard.press('F6')
    await page.getByLabel('Counted').fill('99')
    await page.getByRole('button', { name: 'Close the drawer' }).click()
    await picture('drawer-asks')
    await page.getByRole('button', { name: 'Close it all the same' }).click()
    await page.locator('[data-sum="expected"]').waitFor()
    await picture('drawer-closed')
    await page.getByRole('button', { name: 'Done' }).click()

    await page.evaluate((to) => history.pushState({}, '', to), `/back-office/products?row=${product?.id}`)
    const panel = page.getByRole('complementary')
    await panel.getByLabel('Price').fill('3.33')
    await panel.getByRole('combobox', { name: 'Category' }).fill('Seasonal')
    await page.getByRole('option', { name: 'Seasonal' }).click()
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByTestId('connection').click()
    await picture('offline')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: /account and appearance/ }).click()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByTestId('leaving').waitFor()
    await picture('leaving')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')

    await shop.remove('categories', category.id)
    await lineOf(page).mend()
    await expect(page.getByTestId('connection')).toContainText('1 refused')
    await page.getByTestId('connection').click()
    await picture('refused')
    await page.getByRole('button', { name: 'Put right' }).click()
    await picture('edit')
    await page.getByRole('button', { name: 'Back', exact: true }).click()
    await page.getByRole('button', { name: 'Give to a manager' }).click()
    await picture('hand-over')
    await page.keyboard.press('Escape')
    await page.evaluate((to) => history.pushState({}, '', to), '/queue')
    await page.locator('[data-section="journal"]').waitFor()
    await picture('page', false)
    await page.evaluate((to) => history.pushState({}, '', to), '/pos')
    await page.locator('[data-product]').first().waitFor()
    await page.keyboard.press('F7')
    await page.locator('[data-sale-state]').first().click()
    await page.getByTestId('sale-steps').waitFor()
    await picture('receipt')
  })
}
