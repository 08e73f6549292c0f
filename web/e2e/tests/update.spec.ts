import { Front } from '../support/front.ts'
import { expect, isLive, type Page, signIn, test } from '../support/test.ts'
import { Till } from '../support/till.ts'

const banner = (page: Page) => page.locator('[data-banner="update"]')
const build = (page: Page) =>
  page.evaluate(() => document.querySelector<HTMLMetaElement>('meta[name="build"]')?.content ?? 'first')

/** The hourly look for a new version, at once. */
const look = (page: Page) =>
  page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()))

async function openTill(page: Page, url: string): Promise<Till> {
  await page.goto(`${url}/pos`)
  await signIn(page, 'cashier')
  const till = new Till(page)
  await isLive(page)
  await page.getByRole('button', { name: /^Till 3 / }).click()
  await expect(till.total).toBeVisible()
  await till.isSent()
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null)
  return till
}

test('a new version waits for the sale, keeps everything, and the older one can be installed again', async ({
  shop,
  browser,
}) => {
  const front = await Front.before(shop.url)
  const page = await browser.newPage()
  const till = await openTill(page, front.url)
  await till.add('Bananas')
  front.deploy({ name: 'second' })
  await look(page)
  await expect(banner(page)).toContainText('It is taken after this sale')
  await banner(page).getByRole('button', { name: 'After this sale' }).click()
  await expect(banner(page)).toContainText('as soon as this sale is over')
  await till.add('Butter, 250')
  await expect(till.lines).toHaveCount(2)
  expect(await build(page)).toBe('first')

  await till.pay()
  const receipt = await till.complete()
  await expect.poll(() => build(page).catch(() => '')).toBe('second')
  await isLive(page)
  await page.getByRole('button', { name: 'Today’s sales' }).click()
  await expect(page.getByRole('dialog').getByText(receipt)).toBeVisible()
  await page.keyboard.press('Escape')
  expect(await shop.rows('sales', `search=${receipt}`)).toHaveLength(1)

  await till.add('Avocado')
  front.deploy(null)
  await look(page)
  await expect(banner(page)).toBeVisible()
  await page.reload()
  await expect(till.lines).toHaveCount(1)
  expect(await build(page)).toBe('second')
  await till.pay()
  await till.complete()
  await page.reload()
  await expect.poll(() => build(page).catch(() => '')).toBe('first')
  await till.sell('Bananas')
  await till.isSent()
  await page.close()
  await front.close()
})

test('a version that does not start goes back to the one before by itself, and the next one is offered again', async ({
  shop,
  browser,
}) => {
  const front = await Front.before(shop.url)
  const page = await browser.newPage()
  const till = await openTill(page, front.url)
  const receipt = await till.sell('Bananas')
  await till.isSent()
  front.deploy({ name: 'broken', isBroken: true })
  await look(page)
  const fault = page.waitForEvent('pageerror')
  await banner(page).getByRole('button', { name: 'Take it' }).click()
  await fault

  await expect(till.total).toBeVisible()
  expect(await build(page)).toBe('first')
  await till.sell('Butter, 250')
  await till.isSent()
  await page.getByRole('button', { name: /account and appearance/ }).click()
  await expect(page.getByText('did not start here and was set aside')).toBeVisible()
  await page.keyboard.press('Escape')

  front.deploy({ name: 'mended' })
  await look(page)
  await banner(page).getByRole('button', { name: 'Take it' }).click()
  await expect.poll(() => build(page).catch(() => '')).toBe('mended')
  await isLive(page)
  expect(await shop.rows('sales', `search=${receipt}`)).toHaveLength(1)
  await page.close()
  await front.close()
})
