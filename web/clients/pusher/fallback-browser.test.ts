// Stock pusher-js in Chromium, on a page of another origin that has no WebSocket.
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium, type Page } from '@playwright/test'
import type Pusher from 'pusher-js'
import { afterAll, beforeAll, expect } from 'vitest'
import { chromium as installed } from '../../e2e/support/browser.ts'
import type { Node } from '../node.ts'
import { app } from '../wire/app.ts'
import { Backend } from '../wire/backend.ts'
import { startRealtime } from '../wire/realtime.ts'
import { section } from '../wire/section.ts'

type Transport = 'xhr_streaming' | 'xhr_polling'

const ada = { user_id: 'ada' }

section('fallback', (holds) => {
  let node: Node
  let host: Server
  let browser: Browser
  let backend: Backend

  beforeAll(async () => {
    node = await startRealtime()
    backend = await Backend.start(app, node.url)
    host = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end('<p>shop</p>'))
    await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve))
    browser = await chromium.launch(installed)
  })

  afterAll(async () => {
    await browser.close()
    host.close()
    backend.stop()
    await node.remove()
  })

  /** A page of another origin that has no WebSocket and notes what its client hears. */
  async function visit(transport: Transport, channel: string): Promise<Page> {
    const page = await browser.newPage()
    await page.addInitScript(() => Reflect.deleteProperty(window, 'WebSocket'))
    await page.exposeFunction('sign', (socketId: string, name: string) =>
      backend.library.authorizeChannel(socketId, name, ada),
    )
    await page.goto(`http://127.0.0.1:${(host.address() as AddressInfo).port}/`)
    const script = fileURLToPath(new URL('../../node_modules/pusher-js/dist/web/pusher.js', import.meta.url))
    await page.addScriptTag({ content: readFileSync(script, 'utf8') })
    const { hostname, port } = new URL(node.url)
    const options = { cluster: 'mt1', httpHost: hostname, httpPort: Number(port), forceTLS: false }
    await page.evaluate(
      ([key, settings, name]) => {
        const there = window as unknown as {
          Pusher: new (key: string, options: object) => Pusher
          sign: (socketId: string, name: string) => Promise<object>
          heard: { name: string; data: unknown }[]
        }
        there.heard = []
        const customHandler = (
          asked: { socketId: string; channelName: string },
          done: (error: null, answer: object) => void,
        ) => there.sign(asked.socketId, asked.channelName).then((answer) => done(null, answer))
        const client = new there.Pusher(key, { ...settings, channelAuthorization: { customHandler } })
        client.subscribe(name).bind_global((event: string, data: unknown) => {
          there.heard.push({ name: event, data })
        })
      },
      [app.key, { ...options, enabledTransports: [transport] }, channel] as const,
    )
    return page
  }

  function heardBy(page: Page, event: string): Promise<{ n: number }[]> {
    return page.evaluate(
      (name) =>
        (window as unknown as { heard: { name: string; data: { n: number } }[] }).heard
          .filter((one) => one.name === name)
          .map((one) => one.data),
      event,
    )
  }

  async function expectPage(transport: Transport): Promise<void> {
    const channel = `presence-page-${transport}`
    const page = await visit(transport, channel)
    const joined = () => heardBy(page, 'pusher:subscription_succeeded')
    await expect.poll(async () => (await joined()).length, { timeout: 30_000 }).toBe(1)
    const text = 'ñ'.repeat(20_000)
    for (let n = 0; n < 30; n++) {
      await app.publish(node.url, { name: 'n', channel, data: JSON.stringify({ n, text }) })
    }
    await expect.poll(async () => (await heardBy(page, 'n')).length, { timeout: 30_000 }).toBe(30)

    expect((await heardBy(page, 'n')).map((event) => event.n)).toEqual(
      Array.from({ length: 30 }, (_, at) => at),
    )
    expect(await joined()).toHaveLength(1)
    await page.close()
  }

  holds('a page without WebSocket joins and hears 600 kB in order by xhr_streaming', () =>
    expectPage('xhr_streaming'),
  )
  holds('a page without WebSocket joins and hears 600 kB in order by xhr_polling', () =>
    expectPage('xhr_polling'),
  )
})
