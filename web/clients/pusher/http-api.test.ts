// The HTTP API: publishing and asking, with the official library and by hand.
import { afterAll, beforeAll, expect } from 'vitest'
import type { Node } from '../node.ts'
import { App, app } from '../wire/app.ts'
import { golden, goldenNames } from '../wire/golden.ts'
import { appLines, startRealtime } from '../wire/realtime.ts'
import { section } from '../wire/section.ts'
import { closeAll, WireClient } from '../wire/wire-client.ts'

const disabled = new App('disabled', 'disabled-key', 'disabled-secret')
const limited = new App('limited', 'limited-key', 'limited-secret')

interface GoldenCall {
  readonly request: string
  readonly body?: string
  readonly status: number
  readonly answer?: unknown
  readonly says?: string
}

section('http api', (holds) => {
  let node: Node
  let subscriber: WireClient

  beforeAll(async () => {
    node = await startRealtime([
      ...appLines(0, disabled, { Enabled: 'false' }),
      ...appLines(1, limited, { Limits__MaxEventsPerSecond: '3', Limits__MaxEventBytes: '1000' }),
    ])
    // What the golden calls find: one subscriber of project-3, users 1 (two connections) and 2 in presence-room, one event kept.
    subscriber = await WireClient.greeted(node.url)
    await subscriber.join('project-3')
    for (const id of ['1', '1', '2']) {
      const member = await WireClient.greeted(node.url)
      await member.join('presence-room', JSON.stringify({ user_id: id }))
    }
    const cached = await WireClient.greeted(node.url)
    await cached.join('cache-prices')
    await app.publish(node.url, { name: 'price', channel: 'cache-prices', data: '{"price":1400}' })
  })

  afterAll(async () => {
    closeAll()
    await node.remove()
  })

  async function call({ request, body }: GoldenCall): Promise<Response> {
    const [method = '', target = ''] = request.split(' ')
    const [path = '', query = ''] = target.split('?')
    const by = new App(path.split('/')[2] ?? '', app.key, app.secret)
    return by.ask(node.url, method, path.replace(/^\/apps\/[^/]+/, ''), {
      query: Object.fromEntries(new URLSearchParams(query)),
      ...(body === undefined ? {} : { body }),
    })
  }

  holds('every call is answered as its golden file says', async () => {
    for (const name of goldenNames('http')) {
      const expected = JSON.parse(golden(name)) as GoldenCall
      const response = await call(expected)
      const answer = (await response.text()).replace(/"ttl":\d+/, '"ttl":1800')
      expect({ status: response.status, answer: JSON.parse(answer) }, name).toEqual({
        status: expected.status,
        answer: expected.answer,
      })
    }
    await subscriber.heard()
  })

  holds('every mistake is refused with its status, and the answer says which it is', async () => {
    for (const name of goldenNames('http-errors')) {
      const expected = JSON.parse(golden(name)) as GoldenCall
      const response = await call(expected)
      expect(response.status, name).toBe(expected.status)
      expect(await response.text(), name).toContain(expected.says)
    }

    expect(await subscriber.heard()).toEqual([])
  })

  holds('what is published arrives byte for byte, and before the call is answered', async () => {
    expect((await call(JSON.parse(golden('http/publish')))).status).toBe(200)
    expect(await subscriber.heard()).toEqual([golden('event-published')])
    const texts = [
      ' { "a" : 1.0 , "url":"https:\\/\\/a.example\\/" } ',
      'plain text',
      '',
      'Ñandú "<1>" & \'x\' \u{1F600} \u2028 \\u00e9 \t\n',
      '12345678901234567890',
      '{"broken":',
    ]
    for (const data of texts) {
      await app.publish(node.url, { name: 'raw', channels: ['project-3'], data })
      const heard = await subscriber.heard()
      expect(heard.map((text) => JSON.parse(text))).toEqual([{ event: 'raw', channel: 'project-3', data }])
    }
  })

  holds('inner quotes are escaped with one backslash and letters travel as they are', async () => {
    await app.publish(node.url, { name: 'raw', channel: 'project-3', data: '{"a":"é<>&+"}' })

    expect(await subscriber.next()).toBe(
      '{"event":"raw","channel":"project-3","data":"{\\"a\\":\\"é<>&+\\"}"}',
    )
  })

  holds('the official library publishes to many channels and in batches', async () => {
    const library = app.library(node.url)
    const answer = await library.trigger(['project-3', 'presence-room'], 'foo', { some: 'data' })
    expect(await answer.text()).toBe('{}')
    const batch = [1, 2, 3].map((n) => ({ channel: 'project-3', name: 'n', data: { n } }))
    expect(await (await library.triggerBatch(batch)).text()).toBe('{}')
    const heard = (await subscriber.heard()).map((text) => JSON.parse(text))

    expect(heard.map(({ event, data }) => [event, JSON.parse(data)])).toEqual([
      ['foo', { some: 'data' }],
      ['n', { n: 1 }],
      ['n', { n: 2 }],
      ['n', { n: 3 }],
    ])
  })

  holds('the official library reads channels, one channel and its users', async () => {
    const library = app.library(node.url)
    const read = async (path: string, params: Record<string, string> = {}) =>
      (await library.get({ path, params })).json()

    expect(await read('/channels', { filter_by_prefix: 'presence-', info: 'user_count' })).toEqual({
      channels: { 'presence-room': { user_count: 2 } },
    })
    expect(await read('/channels/project-3', { info: 'subscription_count' })).toEqual({
      occupied: true,
      subscription_count: 1,
    })
    expect(await read('/channels/presence-room/users')).toEqual({ users: [{ id: '1' }, { id: '2' }] })
  })

  holds('the excluded socket hears nothing, the others do', async () => {
    const other = await WireClient.greeted(node.url)
    await other.join('project-3')
    const params = { socket_id: other.socketId }
    await app.library(node.url).trigger('project-3', 'foo', '1', params)
    await app.library(node.url).triggerBatch([{ channel: 'project-3', name: 'foo', data: '2', ...params }])

    expect(await other.heard()).toEqual([])
    expect(await subscriber.heard()).toHaveLength(2)
    await other.close()
  })

  holds('a hundred channels, ten events in a batch and names of 200 characters are taken', async () => {
    const channels = Array.from({ length: 100 }, (_, at) => `wide-${at}`)
    await app.publish(node.url, { name: 'foo', channels, data: '1' })
    await app.publish(node.url, { name: 'n'.repeat(200), channel: 'c'.repeat(200), data: '1' })
    const batch = Array.from({ length: 10 }, () => ({ name: 'foo', channel: 'wide-1', data: '1' }))
    const response = await app.ask(node.url, 'POST', '/batch_events', { body: JSON.stringify({ batch }) })

    expect(response.status).toBe(200)
  })

  holds('100 kB of data are taken, more is refused with 413 that names the limit', async () => {
    await app.publish(node.url, { name: 'big', channel: 'project-3', data: 'x'.repeat(100 * 1024) })
    expect(JSON.parse(await subscriber.next()).data).toHaveLength(100 * 1024)
    const body = JSON.stringify({ name: 'big', channel: 'project-3', data: 'x'.repeat(100 * 1024 + 1) })
    const response = await app.ask(node.url, 'POST', '/events', { body })
    expect(response.status).toBe(413)
    expect(await response.text()).toContain(String(100 * 1024))
    const small = JSON.stringify({ name: 'big', channel: 'project-3', data: 'x'.repeat(1001) })
    const refused = await limited.ask(node.url, 'POST', '/events', { body: small })

    expect(refused.status).toBe(413)
    expect(await refused.text()).toContain('1000')
  })

  holds('one mistake in a batch publishes nothing of it', async () => {
    const batch = [
      { name: 'foo', channel: 'project-3', data: '1' },
      { name: 'foo', channel: 'no spaces', data: '2' },
    ]
    const response = await app.ask(node.url, 'POST', '/batch_events', { body: JSON.stringify({ batch }) })
    expect(response.status).toBe(400)

    expect(await subscriber.heard()).toEqual([])
  })

  holds('a disabled app is refused with 403', async () => {
    const response = await disabled.ask(node.url, 'GET', '/channels')

    expect(response.status).toBe(403)
  })

  holds('too many events in a second are refused with 429 that says when to come again', async () => {
    const body = JSON.stringify({ name: 'foo', channel: 'project-3', data: '1' })
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => limited.ask(node.url, 'POST', '/events', { body })),
    )
    const refused = answers.filter((answer) => answer.status === 429)
    expect(refused.length).toBeGreaterThan(0)
    const names = ['retry-after', 'x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset']

    expect(names.filter((name) => refused[0]?.headers.get(name) === null)).toEqual([])
    expect(refused[0]?.headers.get('x-ratelimit-limit')).toBe('3')
  })

  holds('every answer may be read by pages of any origin, also a 404', async () => {
    const found = await app.ask(node.url, 'GET', '/channels')
    const missing = await app.ask(node.url, 'GET', '/nowhere')
    const foreign = await new App('4', app.key, app.secret).ask(node.url, 'GET', '/channels')

    expect(missing.status).toBe(404)
    expect(
      [found, missing, foreign].map((answer) => answer.headers.get('access-control-allow-origin')),
    ).toEqual(['*', '*', '*'])
  })

  holds('counts are right as soon as a close frame arrived, though the connection stays', async () => {
    const client = await WireClient.greeted(node.url)
    await client.join('leaving')
    client.socket.answersClose = false
    void client.close()
    const occupied = async () =>
      ((await (await app.ask(node.url, 'GET', '/channels/leaving')).json()) as { occupied: boolean }).occupied

    await expect.poll(occupied, { timeout: 10_000, interval: 20 }).toBe(false)
  })

  holds('an app neither sees nor reaches the channels of another', async () => {
    const stranger = await WireClient.greeted(node.url, { app: limited })
    await stranger.join('project-3')
    await app.publish(node.url, { name: 'foo', channel: 'project-3', data: '1' })
    expect(await stranger.heard()).toEqual([])
    expect(await subscriber.heard()).toHaveLength(1)
    const answer = await limited.ask(node.url, 'GET', '/channels')

    expect(await answer.json()).toEqual({ channels: { 'project-3': {} } })
  })
})
