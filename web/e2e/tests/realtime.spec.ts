import { expect, isLive, type Page, test } from '../support/test.ts'

const view = (page: Page, name: string) => page.getByText(name, { exact: true }).click()
const tail = (page: Page) => page.locator('[data-list="tail"]')
const isWatching = (page: Page) => expect(page.getByTestId('tail-state')).toContainText('Live')

/** A plain client of the Pusher protocol in a page of its own; answers what it hears. */
async function listen(page: Page, key: string, channel: string) {
  await page.evaluate(
    ([path, name]) => {
      const heard: string[] = []
      Object.assign(window, { heard })
      const socket = new WebSocket(`${location.origin.replace('http', 'ws')}${path}`)
      socket.onmessage = ({ data }) => {
        heard.push(String(data))
        if (String(data).includes('connection_established'))
          socket.send(JSON.stringify({ event: 'pusher:subscribe', data: { channel: name } }))
      }
    },
    [`/app/${key}?protocol=7`, channel],
  )
  const heard = () => page.evaluate(() => (window as unknown as { heard: string[] }).heard.join('\n'))
  await expect.poll(heard).toContain('subscription_succeeded')
  return heard
}

test('an administrator sees a client come, watches what is said, and says something it hears', async ({
  visit,
}) => {
  const admin = await visit('admin', '/admin/realtime')
  const client = await visit('cashier', '/pos')
  await isLive(client)
  const heard = await listen(client, 'branchline-key', 'notice-board')

  await admin.getByRole('searchbox', { name: 'Find a channel' }).fill('notice')
  const line = admin.getByRole('button', { name: /notice-board/ })
  await expect(line).toContainText('1')
  await line.click()
  await admin.getByRole('button', { name: 'Watch in the tail' }).click()
  await isWatching(admin)

  const form = admin.getByRole('form', { name: 'Test event' })
  await expect(form.getByLabel('Channel')).toHaveValue('notice-board')
  await form.getByLabel('Event').fill('lunch')
  await form.getByLabel('Data').fill('{"at":"12:30"}')
  await form.getByRole('button', { name: 'Publish' }).click()
  await expect(admin.getByText('Said to 1 subscription')).toBeVisible()
  await expect.poll(heard).toContain('"lunch"')
  await expect(tail(admin)).toContainText('{"at":"12:30"}')

  await admin.getByRole('button', { name: 'Pause' }).click()
  await form.getByLabel('Event').fill('dinner')
  await form.getByRole('button', { name: 'Publish' }).click()
  await expect(admin.getByText('1 line came meanwhile')).toBeVisible()
  await expect(tail(admin)).not.toContainText('dinner')
  await admin.getByRole('button', { name: 'Go on' }).click()
  await expect(tail(admin).locator('li').first()).toContainText('dinner')
})

test('an app is added, its secret is shown once, its limits change, it gets a new secret, and it goes', async ({
  visit,
}) => {
  const page = await visit('admin', '/admin/realtime')
  await view(page, 'Apps')
  await page.getByRole('button', { name: 'Add an app' }).click()
  await page.getByLabel('Name').fill('Order board')
  await page.getByLabel('Id').fill('board')
  await page.getByRole('dialog').getByRole('button', { name: 'Add an app' }).click()
  const secret = page.getByRole('dialog', { name: 'Order board: id, key and secret' })
  await expect(secret).toContainText(/PUSHER_APP_SECRET=[0-9a-f]{20}/)
  const first = (await secret.textContent()) ?? ''
  const key = /PUSHER_APP_KEY=(\w+)/.exec(first)?.[1] ?? ''
  await page.keyboard.press('Escape')

  const line = page.getByRole('button', { name: /Order board/ })
  await line.click()
  await expect(page.getByRole('dialog')).not.toContainText(/PUSHER_APP_SECRET|[0-9a-f]{40}/)
  await page.getByLabel('Letters in an event’s name').fill('x')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('alert').filter({ hasText: /\w/ })).toBeVisible()
  await page.getByLabel('Letters in an event’s name').fill('5')
  await page.getByLabel('Webhooks').fill('http://127.0.0.1:9/hook')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Saved', { exact: true })).toBeVisible()

  await line.click()
  await page.getByRole('button', { name: 'New secret' }).click()
  await expect(secret).toContainText('The secret before counts until')
  await expect(secret).not.toContainText(/PUSHER_APP_SECRET=([0-9a-f]+)/.exec(first)?.[0] ?? '')
  await page.keyboard.press('Escape')

  const client = await visit('cashier', '/dashboard')
  await listen(client, key, 'room')
  await view(page, 'Now')
  await page.getByLabel('App', { exact: true }).selectOption('Order board')
  await expect(page.locator('[data-figure="connections"]')).toHaveText('1')
  await view(page, 'Apps')
  await expect(page.getByRole('listitem').filter({ hasText: 'http://127.0.0.1:9/hook' })).toContainText(
    /Failing|Dead/,
  )
  await line.click()
  await page.getByRole('button', { name: 'Remove', exact: true }).click()
  await page.getByRole('button', { name: 'Remove it' }).click()
  await expect(line).toBeHidden()
})

test('the client to copy carries the values of this node', async ({ visit }) => {
  const page = await visit('admin', '/admin/realtime?view=connect')
  const { hostname, port, origin } = new URL(page.url())
  for (const [language, words] of [
    ['pusher-js', `wsPort: ${port}`],
    ['Laravel', `PUSHER_HOST=${hostname}`],
    ['React', origin],
    ['C#', `Host = "${hostname}:${port}"`],
    ['Dart', `ws://${hostname}:${port}/app/branchline-key`],
  ] as const) {
    await view(page, language)
    await expect(page.getByRole('region', { name: language })).toContainText(words)
  }
})

test('only an administrator finds the page', async ({ visit }) => {
  const page = await visit('manager', '/admin/realtime')
  await expect(page.getByRole('heading', { name: 'Only an administrator sees this page' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Realtime' })).toHaveCount(0)
})
