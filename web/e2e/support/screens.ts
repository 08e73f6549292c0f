import type { Page } from '@playwright/test'

/** A main screen: where it is, what shows that it is complete, and what to open first. */
export interface Screen {
  readonly name: string
  readonly path: string
  readonly ready: string
  readonly open?: (page: Page) => Promise<void>
}

const firstCard = (page: Page) => page.getByRole('article').first().getByRole('button').first().click()

async function fillCart(page: Page): Promise<void> {
  const cards = page.locator('[data-product]')
  for (const place of [1, 3, 3, 5]) await cards.nth(place).click()
}

/** In this order one visit can walk through them all; the till is taken by whoever walks. */
export const screens: readonly Screen[] = [
  { name: 'dashboard', path: '/dashboard', ready: '[data-figure="takings"]:not(:text-is("–"))' },
  { name: 'claim-till', path: '/pos', ready: 'button:has-text("Till 3")' },
  {
    name: 'till',
    path: '/pos',
    ready: 'button:has-text("Till 3")',
    open: async (page) => {
      await page.getByRole('button', { name: /^Till 3 / }).click()
      await page.locator('[data-product]').first().waitFor()
      await fillCart(page)
    },
  },
  {
    name: 'pay',
    path: '/pos',
    ready: '[data-product]',
    open: (page) => page.locator('button:visible', { hasText: /^Pay/ }).last().click(),
  },
  {
    name: 'paid',
    path: '/pos',
    ready: '[data-product]',
    open: async (page) => {
      await page.locator('button:visible', { hasText: /^Pay/ }).last().click()
      await page.getByTestId('complete').click()
      await page.getByTestId('next').waitFor()
    },
  },
  {
    name: 'drawer',
    path: '/pos',
    ready: '[data-product]',
    open: async (page) => {
      await page.keyboard.press('F6')
      await page.getByLabel('Cash in the drawer').waitFor()
    },
  },
  {
    name: 'cart-empty',
    path: '/pos',
    ready: '[data-product]',
  },
  { name: 'orders', path: '/cashier/pos', ready: '[data-row]' },
  { name: 'order', path: '/cashier/pos', ready: '[data-row]', open: firstCard },
  {
    name: 'new-order',
    path: '/cashier/pos',
    ready: '[data-row]',
    open: (page) => page.getByRole('button', { name: 'New order' }).click(),
  },
  { name: 'releasing-orders', path: '/releasing/orders', ready: '[data-row]' },
  { name: 'registrations', path: '/cashier/registrations', ready: '[data-row]' },
  { name: 'registration', path: '/cashier/registrations', ready: '[data-row]', open: firstCard },
  { name: 'releasing-registrations', path: '/releasing/registrations', ready: '[data-row]' },
  { name: 'back-office', path: '/back-office', ready: 'main a' },
  { name: 'products', path: '/back-office/products', ready: '[data-row]' },
  {
    name: 'product',
    path: '/back-office/products',
    ready: '[data-row]',
    open: (page) => page.locator('[data-row]').nth(2).click(),
  },
  {
    name: 'inventory',
    path: '/back-office/inventories',
    ready: '[data-row]',
    open: (page) => page.locator('[data-row]').nth(2).click(),
  },
  { name: 'sales', path: '/back-office/sales', ready: '[data-row]' },
  { name: 'leave-requests', path: '/back-office/leave_requests', ready: '[data-row]' },
  { name: 'people', path: '/admin/users', ready: 'main :text("manager2@demo.shop")' },
  { name: 'realtime', path: '/admin/realtime', ready: 'main [data-figure="connections"]' },
  {
    name: 'realtime-tail',
    path: '/admin/realtime',
    ready: 'main [data-figure="connections"]',
    open: async (page) => {
      await page.getByText('Tail', { exact: true }).click()
      await page.getByTestId('tail-state').getByText('Live').waitFor()
      await page.getByLabel('Channel').last().fill('orders')
      await page.getByLabel('Event').last().fill('order.status.changed')
      await page.getByRole('button', { name: 'Publish' }).click()
      await page.locator('[data-list="tail"] li').first().waitFor()
    },
  },
  {
    name: 'realtime-apps',
    path: '/admin/realtime',
    ready: 'main [data-figure="connections"]',
    open: async (page) => {
      await page.getByText('Apps', { exact: true }).click()
      await page.getByText('The shop’s own').waitFor()
    },
  },
  {
    name: 'realtime-app',
    path: '/admin/realtime',
    ready: 'main [data-figure="connections"]',
    open: async (page) => {
      await page.getByText('Apps', { exact: true }).click()
      await page.getByText('The shop’s own').click()
      await page.getByRole('dialog').waitFor()
    },
  },
  {
    name: 'realtime-connect',
    path: '/admin/realtime',
    ready: 'main [data-figure="connections"]',
    open: async (page) => {
      await page.getByText('Connect', { exact: true }).click()
      await page.getByText("new Pusher('branchline-key'").waitFor()
    },
  },
  { name: 'sync', path: '/admin/sync', ready: 'main [data-list="branches"]' },
  {
    name: 'sync-rounds',
    path: '/admin/sync?view=rounds',
    ready: 'main h2',
  },
  {
    name: 'sync-conflicts',
    path: '/admin/sync?view=conflicts',
    ready: 'main h2',
  },
  {
    name: 'sync-tray',
    path: '/admin/sync?view=tray',
    ready: 'main h2',
  },
  {
    name: 'queue',
    path: '/dashboard',
    ready: '[data-figure="takings"]:not(:text-is("–"))',
    open: (page) => page.getByTestId('connection').click(),
  },
  { name: 'queue-page', path: '/queue', ready: '[data-section="journal"]' },
  {
    name: 'account',
    path: '/dashboard',
    ready: '[data-figure="takings"]:not(:text-is("–"))',
    open: (page) => page.getByRole('button', { name: /account and appearance/ }).click(),
  },
]

const between: Screen = {
  name: 'between',
  path: '/back-office',
  ready: 'main a[href="/back-office/products"]',
}

/** Goes there as the app itself does, without loading it anew; what the screen before had open is closed. */
export async function show(page: Page, screen: Screen): Promise<void> {
  for (let left = 3; left > 0 && (await page.getByRole('dialog').count()) > 0; left--)
    await page.keyboard.press('Escape')
  for (const { path, ready } of screen.path === between.path ? [screen] : [between, screen]) {
    await page.evaluate((to) => history.pushState({}, '', to), path)
    await page.locator(ready).first().waitFor()
  }
  await screen.open?.(page)
}
