import { type CDPSession, expect } from '@playwright/test'
import { isLive } from '../support/test.ts'
import { Till } from '../support/till.ts'
import { record } from './figure.ts'
import { good, productCount } from './goods.ts'
import { slowDown } from './pages.ts'
import { hasCatalogue, inOneStep, sellByKeys, test } from './test.ts'

const warmUp = 50
const sales = Math.max(2 * warmUp, Number(process.env.BENCH_SALES ?? 5000))
const mega = 1024 * 1024

interface Memory {
  readonly heap: number
  readonly nodes: number
  readonly listeners: number
}

/** After everything that can go has gone. */
async function memoryOf(session: CDPSession): Promise<Memory> {
  for (let n = 0; n < 3; n++) await session.send('HeapProfiler.collectGarbage')
  const { metrics } = await session.send('Performance.getMetrics')
  const of = (name: string) => metrics.find((one) => one.name === name)?.value ?? Number.NaN
  return { heap: of('JSHeapUsedSize') / mega, nodes: of('Nodes'), listeners: of('JSEventListeners') }
}

test(`a shift of ${sales} sales`, async ({ shop, visit }, info) => {
  test.setTimeout(7_200_000)
  const till = await Till.open(visit)
  const { page } = till
  await hasCatalogue(page, productCount)
  const session = await slowDown(page, 1)
  await session.send('Performance.enable')
  // The first sales load and compile what all others use.
  const sell = (from: number, to: number) =>
    inOneStep(async () => {
      for (let n = from; n < to; n++) await sellByKeys(till, session, good((n * 37) % productCount))
    })
  await sell(0, warmUp)
  await isLive(page)
  const start = await memoryOf(session)
  await sell(warmUp, Math.ceil(sales / 2))
  const middle = await memoryOf(session)
  await sell(Math.ceil(sales / 2), sales)
  await isLive(page)
  const end = await memoryOf(session)
  // The same books in a page that has sold nothing yet: what is more than that was left lying about.
  await page.reload()
  await isLive(page)
  await sell(sales, sales + 1)
  await isLive(page)
  const fresh = await memoryOf(session)
  expect((await shop.rows('sales', 'search=B01-T3&limit=5000')).length).toBe(Math.min(5000, sales + 1))

  const told = (name: keyof Memory, unit = '') =>
    [start, middle, end, fresh].map((one) => `${one[name].toFixed(unit ? 1 : 0)}${unit}`).join(', ')
  await record(info, {
    name: `heap left lying about by a shift of ${sales} sales`,
    unit: 'MB',
    slowdown: 1,
    samples: [end.heap - fresh.heap],
    targets: [{ at: 1, limit: 10 }],
    note: `start, middle, end, and after a reload with the same books: heap ${told('heap', ' MB')}; nodes ${told('nodes')}; listeners ${told('listeners')}`,
  })
  await record(info, {
    name: 'heap gained over the shift, the books of its sales in it',
    unit: 'MB',
    slowdown: 1,
    samples: [end.heap - start.heap],
    targets: [],
  })
  await record(info, {
    name: 'DOM nodes gained over the shift',
    unit: 'nodes',
    slowdown: 1,
    samples: [end.nodes - start.nodes],
    targets: [{ at: 1, limit: 500 }],
  })
  await record(info, {
    name: 'listeners gained over the shift',
    unit: 'listeners',
    slowdown: 1,
    samples: [end.listeners - start.listeners],
    targets: [{ at: 1, limit: 100 }],
  })
})
