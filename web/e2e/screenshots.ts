import { tmpdir } from 'node:os'
import path from 'node:path'
import { Branch, Line } from './support/branch.ts'
import { screens, show } from './support/screens.ts'
import { expect, isLive, test } from './support/test.ts'
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
