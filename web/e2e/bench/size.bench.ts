import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'rolldown'
import { isLive } from '../support/test.ts'
import { Till } from '../support/till.ts'
import { record } from './figure.ts'
import { press, slowDown } from './pages.ts'
import { test } from './test.ts'

const core = fileURLToPath(new URL('../../sdk/src/index.ts', import.meta.url))
const kilo = 1024

test('what the till loads', async ({ visit }, info) => {
  const sizes = new Map<string, Promise<number>>()
  const till = await Till.open(async (as, path) => {
    // The worker would have fetched everything there is, for all pages.
    const page = await visit(as, '/', { serviceWorkers: 'block' })
    await isLive(page)
    page.on('response', (response) => {
      const { pathname } = new URL(response.url())
      if (pathname.endsWith('.js') && response.ok())
        sizes.set(
          pathname,
          response.body().then((body) => gzipSync(body, { level: 9 }).length),
        )
    })
    await page.goto(path)
    return page
  })
  const session = await slowDown(till.page, 1)
  await till.page.locator('[data-product]').first().click()
  await press(session, 'F9')
  await till.complete()
  const all = await Promise.all([...sizes].map(async ([name, size]) => [name, await size] as const))
  const files = all.map(([name, size]) => `${name.split('/').pop()} ${(size / kilo).toFixed(1)}`)
  await record(info, {
    name: 'JavaScript loaded at /pos until a sale is paid, gzipped',
    unit: 'kB',
    slowdown: 1,
    samples: [all.reduce((sum, [, size]) => sum + size, 0) / kilo],
    targets: [{ at: 1, limit: 180 }],
    note: files.join(', '),
  })
})

// biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what is asked for from this pattern
test('the core of the SDK', async ({}, info) => {
  const { output } = await build({ input: core, write: false, platform: 'browser', output: { minify: true } })
  const code = output.map((one) => (one.type === 'chunk' ? one.code : '')).join('')
  await record(info, {
    name: '@branchline/client, its dependency in it, minified and gzipped',
    unit: 'kB',
    slowdown: 1,
    samples: [gzipSync(code, { level: 9 }).length / kilo],
    targets: [{ at: 1, limit: 30 }],
  })
})
