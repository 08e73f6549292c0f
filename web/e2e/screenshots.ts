import { tmpdir } from 'node:os'
import path from 'node:path'
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
