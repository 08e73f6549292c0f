import { tmpdir } from 'node:os'
import path from 'node:path'
import { screens, show } from './support/screens.ts'
import { isLive, test } from './support/test.ts'

const folder = process.env.SCREENSHOTS ?? path.join(tmpdir(), 'branchline-screenshots')

for (const [size, viewport] of [
  ['desktop', { width: 1440, height: 900 }],
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
