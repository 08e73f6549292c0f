import { expect } from '@playwright/test'
import { isLive } from '../support/test.ts'
import { Till } from '../support/till.ts'
import { OtherDevices } from './devices.ts'
import { record } from './figure.ts'
import { good, productCount } from './goods.ts'
import { addByScan, press, slowDown, slowdowns } from './pages.ts'
import { hasCatalogue, test } from './test.ts'

const sales = 200
const others = 200

for (const slowdown of slowdowns) {
  test(`a sale seen at the other till, ${slowdown} times slower`, async ({ shop, visit }, info) => {
    const a = await Till.open(visit)
    const b = await Till.open(visit, 'manager', 'Till 4')
    for (const { page } of [a, b]) await hasCatalogue(page, productCount)
    const crowd = await OtherDevices.connect(shop.url, others)
    const { id, sku } = good(777)
    await b.search.fill(sku)
    await expect(b.product(id)).toBeVisible()
    const session = await slowDown(a.page, slowdown)
    await slowDown(b.page, slowdown)

    const seen: number[] = []
    for (let n = 1; n <= sales; n++) {
      await addByScan(a.page, session, good(777))
      await expect(a.lines).toHaveCount(1)
      await press(session, 'F9')
      await a.page.getByTestId('complete').waitFor()
      const painted = b.page.evaluate(
        ([product, left]) =>
          window.bench
            .painted(
              () =>
                document
                  .querySelector(`[data-product="${product}"] [data-stock]`)
                  ?.getAttribute('data-stock') === left,
            )
            .then((at) => performance.timeOrigin + at),
        [id, String(-n)] as const,
      )
      const pressedAt = a.page.evaluate(
        () =>
          new Promise<number>((resolve) =>
            addEventListener('keydown', (event) => resolve(performance.timeOrigin + event.timeStamp), {
              capture: true,
              once: true,
            }),
          ),
      )
      await a.page.evaluate(() => undefined)
      await press(session, 'Enter')
      seen.push((await painted) - (await pressedAt))
      await a.page.getByTestId('next').waitFor()
      await press(session, 'Enter')
      await expect(a.lines).toHaveCount(0)
    }
    await isLive(a.page)
    expect(crowd.heard).toBeGreaterThanOrEqual(others)
    crowd.close()
    await record(info, {
      name: `sale on till A → painted on till B, ${others} other devices`,
      unit: 'ms',
      slowdown,
      samples: seen,
      targets: [
        { at: 0.95, limit: 100 },
        { at: 0.99, limit: 250 },
      ],
    })
  })
}
