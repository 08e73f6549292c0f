import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePort, Program } from '../support/program.ts'
import { password } from '../support/shop.ts'
import { good, idOf, productCount } from './goods.ts'

const device = 'bench-seed'

/** Makes the demo shop with all the goods and a shelf for each in its first branch; every figure starts from a copy of it. */
export default async function seed(): Promise<() => void> {
  const directory = mkdtempSync(path.join(tmpdir(), 'branchline-bench-'))
  const url = `http://127.0.0.1:${await freePort()}`
  const data = path.join(directory, 'data')
  const program = await Program.start(
    ['up', '--demo', '--data', data, '--urls', url],
    'Sign in with',
    directory,
  )
  await fill(url)
  await program.end('SIGTERM')
  process.env.BRANCHLINE_SEED = data
  return () => rmSync(directory, { recursive: true, force: true })
}

async function fill(url: string): Promise<void> {
  const { token } = (await ask(url, '/api/login', { email: 'manager@demo.shop', password })) as {
    token: string
  }
  const [branch] = (await ask(url, '/api/branches?code=B01', undefined, token)) as { id: string }[]
  const [category] = (await ask(url, '/api/categories?limit=1', undefined, token)) as { id: string }[]
  const start = Date.now()
  let incarnation: string | null = null
  for (let n = 0, from = 0; from < productCount; ) {
    const mutations = []
    for (; mutations.length < 50 && from < productCount; from += 20) {
      n += 1
      mutations.push({
        device,
        n,
        id: idOf(0x900000 + n),
        at: `${start.toString(16).padStart(12, '0')}${n.toString(16).padStart(4, '0')}-${device}`,
        base: null,
        writes: Array.from({ length: 20 }, (_, i) => writesOf(from + i, branch?.id, category?.id)).flat(),
      })
    }
    const reply = (await ask(url, '/sync/push', { incarnation, mutations }, token)) as {
      incarnation: string
      outcomes: { kind: string }[]
    }
    incarnation = reply.incarnation
    const refused = reply.outcomes.find((outcome) => outcome.kind !== 'applied')
    if (refused || reply.outcomes.length < mutations.length) throw new Error(JSON.stringify(refused ?? reply))
  }
}

/** The till asks nothing when the shelf is empty: the shop is about speed. */
function writesOf(n: number, branchId: unknown, categoryId: unknown) {
  const { id, name, sku, barcode, price } = good(n)
  const product = {
    name,
    sku,
    barcode,
    price,
    cost: 50,
    tax_rate: 5,
    category_id: categoryId,
    oversell: 'allow',
  }
  const shelf = { product_id: id, branch_id: branchId }
  return [
    { table: 'products', id, kind: 'insert', fields: product },
    { table: 'inventories', id: idOf(0x200000 + n), kind: 'insert', fields: shelf },
  ]
}

async function ask(url: string, address: string, body?: unknown, token = ''): Promise<unknown> {
  const response = await fetch(url + address, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`${address}: ${response.status} ${await response.text()}`)
  return response.json()
}
