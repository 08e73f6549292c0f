// The page of the guide for plain JavaScript, as it stands, from another origin than the node.
import { createReadStream, existsSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { password, Shop } from '../support/shop.ts'
import { expect, test } from '../support/test.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const served = {
  '/': 'docs/guide/javascript/index.html',
  '/idb.js': 'web/node_modules/idb/build/index.js',
} as Record<string, string>

/** The guide's directory after its two copies. */
async function servePage(): Promise<Server> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://localhost')
    const file = path.join(root, served[pathname] ?? pathname.replace('/branchline/', 'web/sdk/dist/'))
    if (!existsSync(file)) return response.writeHead(404).end()
    response.setHeader('Content-Type', file.endsWith('.html') ? 'text/html' : 'text/javascript')
    return createReadStream(file).pipe(response)
  })
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  return server
}

test('the plain page reads, writes while the node is away, and catches up', async ({ page }) => {
  const server = await servePage()
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`
  const shop = await Shop.open([`Branchline:Access:Origins:0=${origin}`])
  try {
    await page.goto(`${origin}/?node=${shop.url}`)
    await page.getByLabel('E-mail').fill('manager@demo.shop')
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByRole('status')).toHaveText('live, 0 waiting')
    await expect(page.getByRole('listitem')).toHaveCount(20)
    const first = page.getByRole('listitem').first()
    const before = /^(.*): (\d+)/.exec((await first.textContent()) ?? '')
    const after = Number(before?.[2]) + 1

    await shop.stop()
    await first.getByRole('button', { name: 'One more' }).click()
    await expect(first).toContainText(`${after} (not sent yet)`)
    await shop.start()
    // It asks again with growing pauses.
    await expect(page.getByRole('status')).toHaveText('live, 0 waiting', { timeout: 60_000 })
    await expect(first).toHaveText(`${before?.[1]}: ${after} One more`)
    const [stored] = await shop.rows('products', `search=${encodeURIComponent(before?.[1] ?? '')}`)
    expect(stored?.price).toBe(after)
  } finally {
    await shop.close()
    server.close()
  }
})
