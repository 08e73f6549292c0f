import { type Row, Shop } from '../support/shop.ts'
import { expect, isLive, type Page, test } from '../support/test.ts'

/** What a person types to make, find, change and delete one row of a table. */
interface Case {
  readonly table: string
  /** The new row, field by label; the first one is what the row is called. */
  readonly fill: Readonly<Record<string, string>>
  readonly choose?: Readonly<Record<string, string>>
  readonly change: readonly [label: string, text: string]
  readonly filter: readonly [label: string, option: string, query: string]
}

const cases: readonly Case[] = [
  {
    table: 'distributors',
    fill: { Name: 'Zeta Foods', Contact: 'Zoe', Phone: '030 1', Agreement: '{ "discount": 3 }' },
    change: ['Name', 'Zeta Foods and Sons'],
    filter: ['Status', 'Paused', 'status=paused'],
  },
  {
    table: 'clients',
    fill: { Name: 'Zora Client', Phone: '030 2', 'Credit limit': '250.00' },
    change: ['City', 'Zwolle'],
    filter: ['Status', 'Active', 'status=active'],
  },
  {
    table: 'appointments',
    fill: { Title: 'Zebra fitting', Date: '2027-01-15', Time: '14:30' },
    change: ['Title', 'Zebra fitting, second'],
    filter: ['Status', 'Scheduled', 'status=scheduled'],
  },
  {
    table: 'stock_requests',
    fill: { Number: 'ZR-0001', Quantity: '12' },
    choose: { Product: 'Avocado' },
    change: ['Requested by', 'Zoltan'],
    filter: ['Status', 'Approved', 'status=approved'],
  },
  {
    table: 'visits',
    fill: { Purpose: 'Zone inspection' },
    change: ['Outcome', 'All zones in order'],
    filter: ['Status', 'Planned', 'status=planned'],
  },
  {
    table: 'campaigns',
    fill: { Name: 'Zero waste week', 'Discount %': '7.5', Budget: '300' },
    change: ['Message', 'Bring your own jar'],
    filter: ['Medium', 'Email', 'medium=email'],
  },
  {
    table: 'finance_cash_requests',
    fill: { Purpose: 'Zip ties', Amount: '12.50' },
    change: ['Requested by', 'Zoltan'],
    filter: ['Status', 'Paid', 'status=paid'],
  },
  {
    table: 'leave_requests',
    fill: { 'Staff name': 'Zita Leave', 'Starts on': '2027-02-01', 'Ends on': '2027-02-05' },
    change: ['Reason', 'Skiing'],
    filter: ['Kind', 'Sick', 'kind=sick'],
  },
  {
    table: 'categories',
    fill: { Name: 'Zen garden', Position: '99' },
    change: ['Color', 'teal'],
    filter: ['Status', 'Active', 'status=active'],
  },
  {
    table: 'products',
    fill: { Name: 'Zucchini, 1 kg', SKU: 'ZZZ-001', Barcode: '2999100000001', Price: '2.49' },
    choose: { Category: 'Fruit and vegetables' },
    change: ['Name', 'Zucchini, 1 kg, yellow'],
    filter: ['Unit', 'Bottle', 'unit=bottle'],
  },
]

/** The panel beside the list; labels of what must be filled in end in a star. */
const field = (page: Page, label: string) =>
  page.getByRole('complementary').getByLabel(new RegExp(`^${label}\\*?$`))
const lines = (page: Page) => page.getByTestId('rows').locator('[data-row]')
const listed = (page: Page, title: string) => lines(page).filter({ hasText: title })

/** How many rows the list says it has. */
const counted = (page: Page) => page.getByRole('heading', { name: / [\d,]+$/ })

async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole('complementary').getByRole('combobox', { name: label }).fill(option)
  await page.getByRole('option', { name: option }).first().click()
}

/** Deletes the row in the open panel. */
async function remove(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await page.getByRole('button', { name: 'Delete it' }).click()
}

test.describe('the back office', () => {
  let shop: Shop
  let here: Page
  let there: Page

  test.beforeAll(async ({ browser }) => {
    shop = await Shop.open()
    const open = async (as: 'manager' | 'admin') => {
      const context = await browser.newContext({ locale: 'en-US', timezoneId: 'UTC', baseURL: shop.url })
      const page = await context.newPage()
      await page.goto('/dashboard')
      await page.getByLabel('E-mail').fill(`${as}@demo.shop`)
      await page.getByLabel('Password').fill('branchline-demo')
      await page.getByRole('button', { name: 'Sign in' }).click()
      await isLive(page)
      return page
    }
    ;[here, there] = await Promise.all([open('manager'), open('admin')])
  })

  test.afterAll(async () => {
    await here?.context().close()
    await there?.context().close()
    await shop?.close()
  })

  for (const { table, fill, choose: refs = {}, change, filter } of cases) {
    test(`${table.replaceAll('_', ' ')}: listed, searched, filtered, made, changed and deleted, and seen elsewhere at once`, async () => {
      const title = Object.values(fill)[0] as string
      await here.goto(`/back-office/${table}`)
      await there.goto(`/back-office/${table}?q=${encodeURIComponent(title)}`)
      await expect(lines(here).first()).toBeVisible()
      await expect(there.getByText('Nothing found')).toBeVisible()

      const [label, option, query] = filter
      await here.getByRole('combobox', { name: label }).first().selectOption(option)
      const filtered = (await shop.rows(table, `${query}&limit=1000`)).length
      await expect(counted(here)).toHaveText(new RegExp(` ${filtered}$`))
      expect(filtered).toBeGreaterThan(0)
      await here.getByRole('button', { name: 'Clear filter' }).click()

      await here.getByRole('button', { name: 'Add', exact: true }).click()
      for (const [name, text] of Object.entries(fill)) await field(here, name).fill(text)
      for (const [name, text] of Object.entries(refs)) await choose(here, name, text)
      await here.getByRole('button', { name: 'Save', exact: true }).click()
      await expect(listed(there, title)).toHaveCount(1)
      const rows = await shop.rows(table, `search=${encodeURIComponent(title)}`)
      expect(rows).toHaveLength(1)

      await here.getByRole('searchbox', { name: 'Search' }).fill(title)
      await expect(listed(here, title)).toHaveCount(1)
      await listed(here, title).click()
      await field(here, change[0]).fill(change[1])
      await here.getByRole('button', { name: 'Save', exact: true }).click()
      await expect
        .poll(async () => valuesOf(await shop.rows(table, `search=${encodeURIComponent(title)}`)))
        .toContain(change[1])
      await listed(there, title).click()
      await expect(field(there, change[0])).toHaveValue(change[1])

      await listed(here, title).click()
      await remove(here)
      await expect(listed(here, title)).toHaveCount(0)
      await expect(there.getByText('This row is not here')).toBeVisible()
      await expect(listed(there, title)).toHaveCount(0)
      expect(await shop.rows(table, `search=${encodeURIComponent(title)}`)).toEqual([])
    })
  }

  test('inventory: a shelf is made; stock in, out, adjust and count each move it everywhere, and it cannot be deleted', async () => {
    const product = await shop.create('products', { name: 'Zither strings', price: 990 })
    await here.goto('/back-office/inventories')
    await there.goto('/back-office/inventories')
    await here.getByRole('button', { name: 'Add', exact: true }).click()
    await expect(lines(there).first()).toBeVisible()
    await choose(here, 'Product', 'Zither strings')
    await field(here, 'Shelf').fill('Z-9')
    await here.getByRole('button', { name: 'Save', exact: true }).click()
    for (const page of [here, there]) {
      await page.getByRole('searchbox', { name: 'Search' }).fill('z-9 zither')
      await listed(page, 'Zither strings').click()
      await expect(page.getByTestId('on-hand')).toHaveText('0')
    }

    for (const [action, typed, onHand] of [
      ['Stock in', '10', '10'],
      ['Stock out', '3', '7'],
      ['Adjust', '-2', '5'],
      ['Count', '9', '9'],
    ] as const) {
      await here.getByRole('complementary').getByText(action, { exact: true }).click()
      await field(here, 'Quantity').fill(typed)
      await field(here, 'Reason').fill(`${action} by hand`)
      await here.getByRole('button', { name: `${action}: ${onHand} on hand then` }).click()
      await expect(here.getByTestId('on-hand')).toHaveText(onHand)
      await expect(there.getByTestId('on-hand')).toHaveText(onHand)
      await expect(there.getByRole('complementary')).toContainText(`${action} by hand`)
    }
    await expect.poll(() => shop.onHand(product.id)).toBe(9)

    await expect(here.getByRole('button', { name: 'Delete', exact: true })).toHaveCount(0)
  })

  test('inventory: low shelves are changed, found by search and by what stands in the address', async () => {
    await here.goto('/back-office/inventories?sort=-quantity')
    await expect(lines(here).first()).toBeVisible()
    const [first] = await shop.rows('inventories', 'sort=-quantity&limit=1')
    await expect(lines(here).first()).toHaveAttribute('data-row', String(first?.id))
    await lines(here).first().click()
    await field(here, 'Low at').fill('77')
    await here.getByRole('button', { name: 'Save', exact: true }).click()
    await expect.poll(async () => (await shop.rows('inventories', 'low_stock_at=77')).length).toBe(1)
    await there.goto(`/back-office/inventories?row=${first?.id}`)
    await expect(field(there, 'Low at')).toHaveValue('77')
  })

  test('what is wrong in a form is said at its field, and nothing is saved', async () => {
    await here.goto('/back-office/products?row=new')
    await here.getByRole('button', { name: 'Save', exact: true }).click()
    await expect(here.getByText('Enter: Name')).toBeVisible()
    await field(here, 'Name').fill('Zinc bucket')
    await field(here, 'Price').fill('a lot')
    await here.getByRole('button', { name: 'Save', exact: true }).click()
    await expect(here.getByText('Enter an amount such as 12.50')).toBeVisible()
    await field(here, 'Price').fill('-1')
    await here.getByRole('button', { name: 'Save', exact: true }).click()
    await expect(here.getByRole('complementary').getByRole('alert')).toBeVisible()
    expect(await shop.rows('products', 'search=Zinc bucket')).toEqual([])
  })
})

function valuesOf(rows: readonly Row[]): unknown[] {
  return rows.flatMap((row) => Object.values(row))
}
