import { chromium as playwright } from '@playwright/test'
import { filmOf } from '../support/barcode.ts'
import { chromium } from '../support/browser.ts'
import { expect, isLive, signIn, test } from '../support/test.ts'
import { Till } from '../support/till.ts'

const code = '4006381333931'

test('a code before the camera comes into the cart, read by the app’s own reader and no one else’s', async ({
  shop,
}, info) => {
  const [product] = await shop.rows('products', 'limit=1&sort=name&status=active')
  await shop.update('products', String(product?.id), { barcode: code })
  const film = info.outputPath('code.y4m')
  filmOf(code, film)
  const camera = [
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-video-capture=${film}`,
  ]
  const browser = await playwright.launch({ ...chromium, args: [...chromium.args, ...camera] })
  try {
    const page = await browser.newPage({ baseURL: shop.url, locale: 'en-US' })
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.goto('/pos')
    await signIn(page, 'cashier')
    await isLive(page)
    await page.getByRole('button', { name: /^Till 3 / }).click()
    const till = new Till(page)
    expect(asked.filter((url) => url.includes('zxing'))).toEqual([])
    await page.getByTestId('camera-scan').click()
    await expect(till.line(String(product?.id))).toBeVisible()
    await expect(page.getByRole('dialog')).toHaveCount(0)
    await expect(till.lines).toHaveCount(1)
    expect(asked.filter((url) => /zxing.*\.wasm$/.test(url)).length).toBeGreaterThan(0)
    expect(asked.filter((url) => /^http/.test(url) && !url.startsWith(shop.url))).toEqual([])
  } finally {
    await browser.close()
  }
})

test('a scan into the open payment changes neither the cart nor the sum, and pays nothing; after it the next customer’s goods come', async ({
  shop,
  visit,
}) => {
  const [bread, milk] = await shop.rows('products', 'limit=2&sort=name&status=active')
  const till = await Till.open(visit)
  await till.add(String(bread?.name))
  await till.search.pressSequentially('mil')
  await till.search.press('Backspace')
  await till.scan('99999999999')
  await expect(till.page.getByTestId('unknown-code')).toHaveText('99999999999')
  await till.scan(String(milk?.barcode))
  await expect(till.page.getByRole('dialog')).toHaveCount(0)
  await expect(till.lines).toHaveCount(2)

  await till.pay()
  const handed = till.page.getByRole('textbox', { name: 'Handed over' })
  await handed.fill('70')
  await till.scan(String(milk?.barcode))
  await expect(till.page.getByText(`${milk?.barcode} was not added`)).toBeVisible()
  await expect(handed).toHaveValue('70')
  await expect(till.page.getByTestId('complete')).toBeEnabled()
  await till.page.getByTestId('complete').click()
  await expect(till.receiptNumber).toHaveText('B01-T3-000001')
  await till.scan(String(milk?.barcode))
  await expect(till.line(String(milk?.id))).toBeVisible()
  await expect(till.lines).toHaveCount(1)
})

test('keys as fast as a scanner’s that are none are in the search all the same, and a scan leaves nothing there', async ({
  shop,
  visit,
}) => {
  const [bread] = await shop.rows('products', 'limit=1&sort=name&status=active')
  const till = await Till.open(visit)
  const { page } = till
  await till.burst('buttermilk')
  await expect(till.search).toHaveValue('buttermilk')
  await till.burst(' 250', 'Backspace')
  await expect(till.search).toHaveValue('buttermilk 25')
  await till.burst('abcdef')
  await page.getByRole('button', { name: 'Clear' }).click()
  await expect(till.search).toHaveValue('')

  await till.search.pressSequentially('ric', { delay: 150 })
  await page.waitForTimeout(150) // So soon nobody scans after a key.
  await till.scan(String(bread?.barcode))
  await expect(till.line(String(bread?.id))).toBeVisible()
  await expect(till.search).toHaveValue('')
  await page.getByTestId('total').click()
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
  await till.scan(String(bread?.barcode))
  await expect(till.lines.getByText('2', { exact: true })).toBeVisible()
  await expect(till.search).toHaveValue('')
  await expect(till.lines).toHaveCount(1)

  // Three quick figures and Enter are an amount.
  await till.pay()
  await page.getByRole('textbox', { name: 'Handed over' }).fill('')
  await till.burst('200', 'Enter')
  const change = (20_000 - 2 * Number(bread?.price)) / 100
  await expect(page.getByRole('dialog').getByRole('status')).toContainText(change.toFixed(2))
})
