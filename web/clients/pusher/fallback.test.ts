// The HTTP fallback of pusher-js, for networks without WebSockets.

import Pusher from 'pusher-js'
import { afterAll, beforeAll, expect } from 'vitest'
import { Heard } from '../heard.ts'
import type { Node } from '../node.ts'
import { app } from '../wire/app.ts'
import { golden } from '../wire/golden.ts'
import { startRealtime } from '../wire/realtime.ts'
import { section } from '../wire/section.ts'

const frames = JSON.parse(golden('fallback')) as Record<
  'open' | 'heartbeat' | 'messages' | 'close' | 'send' | 'alive',
  string
>

section('fallback', (holds) => {
  let node: Node
  const clients: Pusher[] = []

  beforeAll(async () => {
    node = await startRealtime()
  })

  afterAll(async () => {
    for (const client of clients) client.disconnect()
    await node.remove()
  })

  function post(session: string, action: string, body = '', query = 't=1&n=1'): Promise<Response> {
    return fetch(`${node.url}/pusher/app/${app.key}/7/${session}/${action}?${query}`, {
      method: 'POST',
      body,
    })
  }

  /** The frames of a stream, one by one. */
  async function* linesOf(response: Response): AsyncGenerator<string, void> {
    let rest = ''
    const decoder = new TextDecoder()
    for await (const bytes of response.body as unknown as AsyncIterable<Uint8Array>) {
      rest += decoder.decode(bytes, { stream: true })
      for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
        yield rest.slice(0, end)
        rest = rest.slice(end + 1)
      }
    }
  }

  async function nextOf(lines: AsyncGenerator<string, void>): Promise<string> {
    const { value } = await lines.next()
    return value ?? ''
  }

  const query = 'protocol=7&client=js&version=8.6.0&t=1&n=1'

  holds('a stream opens once, greets, and carries frames line by line', async () => {
    const lines = linesOf(await post('stream00', 'xhr_streaming', '', query))
    expect(['o', frames.open]).toContain(await nextOf(lines))
    const [greeting] = JSON.parse((await nextOf(lines)).slice(1)) as string[]
    expect(greeting).toContain('pusher:connection_established')
    const sent = await post('stream00', 'xhr_send', frames.send)
    expect([200, 204]).toContain(sent.status)
    expect(await sent.text()).toBe('')
    expect(await nextOf(lines)).toBe(frames.messages)
    await lines.return()
    const again = linesOf(await post('stream00', 'xhr_streaming', '', query))
    await post('stream00', 'xhr_send', frames.send)

    expect(await nextOf(again)).toBe(frames.messages)
    await again.return()
  })

  holds('polling answers with what there is, and nothing sent in between is lost', async () => {
    const opened = await post('polling0', 'xhr', '', query)
    expect(opened.status).toBe(200)
    const first = await opened.text()
    expect(first.startsWith('o')).toBe(true)
    const polled = first.includes('connection_established')
      ? ''
      : await (await post('polling0', 'xhr', '', query)).text()
    expect(first + polled).toContain('pusher:connection_established')
    await post(
      'polling0',
      'xhr_send',
      '["{\\"event\\":\\"pusher:subscribe\\",\\"data\\":{\\"channel\\":\\"polled\\"}}"]',
    )
    await expect
      .poll(
        async () =>
          ((await (await app.ask(node.url, 'GET', '/channels/polled')).json()) as { occupied: boolean })
            .occupied,
      )
      .toBe(true)
    for (let n = 0; n < 3; n++) await app.publish(node.url, { name: 'n', channel: 'polled', data: String(n) })
    let text = ''
    while (!text.includes('\\"data\\":\\"2\\"'))
      text += await (await post('polling0', 'xhr', '', query)).text()
    const messages = text
      .split('\n')
      .filter((line) => line.startsWith('a'))
      .flatMap((line) => JSON.parse(line.slice(1)))

    expect(messages.map((one: string) => JSON.parse(one).data)).toEqual(['{}', '0', '1', '2'])
  })

  holds('a heartbeat of the client is taken and not answered with another', async () => {
    const lines = linesOf(await post('beating0', 'xhr_streaming', '', query))
    await nextOf(lines)
    await nextOf(lines)
    for (let at = 0; at < 5; at++) expect((await post('beating0', 'xhr_send', frames.alive)).ok).toBe(true)
    await post('beating0', 'xhr_send', frames.send)

    expect(await nextOf(lines)).toBe(frames.messages)
    await lines.return()
  })

  holds('a wrong key ends the session with its code', async () => {
    const response = await fetch(`${node.url}/pusher/app/nobody/7/wrongkey/xhr?${query}`, { method: 'POST' })
    expect(response.status).toBe(200)

    expect(await response.text()).toContain('c[4001,"')
  })

  holds('a page may ask from another origin', async () => {
    const response = await fetch(`${node.url}/pusher/app/${app.key}/7/options0/xhr_send`, {
      method: 'OPTIONS',
      headers: {
        Origin: 'https://shop.example',
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'content-type',
      },
    })

    expect(response.ok).toBe(true)
    expect(response.headers.get('access-control-allow-origin')).toMatch(/^(\*|https:\/\/shop\.example)$/)
    expect(response.headers.get('access-control-allow-headers')?.toLowerCase()).toContain('content-type')
  })

  /** Hears 400 kB, which is more than a stream of pusher-js carries, in order and without a second connection. */
  async function expectAllOver(transport: 'xhr_streaming' | 'xhr_polling'): Promise<void> {
    const heard = new Heard<{ n: number }>()
    const { hostname, port } = new URL(node.url)
    const client = new Pusher(app.key, {
      cluster: 'mt1',
      httpHost: hostname,
      httpPort: Number(port),
      forceTLS: false,
      enabledTransports: [transport],
    })
    clients.push(client)
    const channel = client.subscribe(`over-${transport}`)
    channel.bind('pusher:subscription_succeeded', heard.note('subscribed'))
    channel.bind('n', heard.note('n'))
    await heard.expect('subscribed')
    const text = 'x'.repeat(20_000)
    for (let n = 0; n < 20; n++) {
      const data = JSON.stringify({ n, text })
      await app.publish(node.url, { name: 'n', channel: `over-${transport}`, data })
    }
    await heard.expect('n', 20)

    expect(heard.data('n').map((event) => event.n)).toEqual(Array.from({ length: 20 }, (_, at) => at))
    expect(heard.count('subscribed')).toBe(1)
  }

  holds('pusher-js hears everything by xhr_streaming, also past 256 kB', () => expectAllOver('xhr_streaming'))

  holds('pusher-js hears everything by xhr_polling', () => expectAllOver('xhr_polling'))
})
