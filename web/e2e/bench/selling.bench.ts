import { expect } from '@playwright/test'
import { lineOf } from '../support/test.ts'
import { Till } from '../support/till.ts'
import { record } from './figure.ts'
import { chance, good, productCount } from './goods.ts'
import { addByScan, press, scan, slowDown, slowdowns } from './pages.ts'
import { hasCatalogue, inOneStep, test } from './test.ts'

const scans = 200
const sales = 100
const searches = ['basm', 'green tea 500', 'BN-0412', '46000002', 'choc', 'zz', 'fjord oil 1']

for (const slowdown of slowdowns) {
  test(`selling offline, ${slowdown} times slower`, async ({ visit }, info) => {
    const till = await Till.open(visit)
    const { page } = till
    await hasCatalogue(page, productCount)
    await lineOf(page).cut()
    const session = await slowDown(page, slowdown)
    const random = chance(7)
    const next = () => good(Math.floor((random.next().value ?? 0) * productCount))

    const scanned: number[] = []
    let lost = 0
    await inOneStep(async () => {
      for (let n = 1; n <= scans; n++) {
        const { id, barcode } = next()
        const painted = page.evaluate(
          (line) =>
            window.bench
              .painted(() => document.querySelector(`[data-line="${line}"]`) !== null, 4000)
              .then((at) => at - window.bench.keyAt),
          id,
        )
        await scan(session, barcode)
        const took = await painted
        if (Number.isNaN(took)) lost += 1
        else scanned.push(took)
        if (n % 20 === 0) {
          await page.keyboard.press('Escape')
          for (let left = (await till.lines.count()) - 1; left >= 0; left--) {
            await press(session, 'Delete')
            await expect(till.lines).toHaveCount(left)
          }
        }
      }
    })
    await record(info, {
      name: 'scan → line painted',
      unit: 'ms',
      slowdown,
      samples: scanned,
      targets: [{ at: 0.95, limit: 30 }],
      ...(lost > 0 && { note: `${lost} scans came too unevenly to be read` }),
    })

    const found: number[] = []
    await inOneStep(async () => {
      for (const text of [...searches, ...searches]) {
        for (let n = 1; n <= text.length; n++) {
          const painted = page.evaluate(
            (wanted) =>
              window.bench
                .painted(() => document.querySelector(`[data-found="${wanted}"]`) !== null)
                .then((at) => at - window.bench.keyAt),
            text.slice(0, n),
          )
          await press(session, text[n - 1] ?? '')
          found.push(await painted)
          await page.waitForTimeout(60)
        }
        await till.search.fill('')
      }
    })
    await record(info, {
      name: 'key → results painted',
      unit: 'ms',
      slowdown,
      samples: found,
      targets: [{ at: 0.95, limit: 50 }],
    })

    const durable: number[] = []
    const paid: number[] = []
    await inOneStep(async () => {
      for (let n = 0; n < sales; n++) {
        for (let line = 0; line < 3; line++) await addByScan(page, session, next())
        await expect(till.lines).toHaveCount(3)
        await press(session, 'F9')
        await page.getByTestId('complete').waitFor()
        const took = page.evaluate(async () => {
          window.bench.durable.length = 0
          const painted = await window.bench.painted(
            () => document.querySelector('[data-testid="next"]') !== null,
          )
          const { keyAt } = window.bench
          return { durable: (window.bench.durable[0] ?? Number.NaN) - keyAt, paid: painted - keyAt }
        })
        await press(session, 'Enter')
        durable.push((await took).durable)
        paid.push((await took).paid)
        await press(session, 'Enter')
        await expect(till.lines).toHaveCount(0)
      }
    })
    await record(info, {
      name: 'pay → durable',
      unit: 'ms',
      slowdown,
      samples: durable,
      targets: [{ at: 0.95, limit: 50 }],
    })
    await record(info, { name: 'pay → “paid” painted', unit: 'ms', slowdown, samples: paid, targets: [] })
  })
}
