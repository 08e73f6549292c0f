// Signatures: the vectors, and every way in which a request can be signed wrongly.
import { createHmac } from 'node:crypto'
import Pusher from 'pusher'
import { afterAll, beforeAll, expect } from 'vitest'
import type { Node } from '../node.ts'
import { App, type Ask, app } from '../wire/app.ts'
import { golden } from '../wire/golden.ts'
import { appLines, startRealtime } from '../wire/realtime.ts'
import { section } from '../wire/section.ts'
import { closeAll, WireClient } from '../wire/wire-client.ts'

const second = new App('second', 'second-key', 'second-secret')
const body = '{"name":"foo","channels":["project-3"],"data":"{\\"some\\":\\"data\\"}"}'

section('signatures', (holds) => {
  let node: Node

  beforeAll(async () => {
    node = await startRealtime(appLines(0, second))
  })

  afterAll(async () => {
    closeAll()
    await node.remove()
  })

  async function statusOf(method: string, path: string, ask: Ask = {}): Promise<number> {
    return (await app.ask(node.url, method, path, ask)).status
  }

  holds('the official library signs what the vectors say', () => {
    const { key, secret, vectors } = JSON.parse(golden('signatures')) as {
      key: string
      secret: string
      vectors: { text: string; hex: string }[]
    }
    for (const { text, hex } of vectors) {
      expect(createHmac('sha256', secret).update(text).digest('hex')).toBe(hex)
    }
    const library = new Pusher({ appId: '3', key, secret, host: '127.0.0.1' })
    const data = { user_id: 10 as unknown as string, user_info: { name: 'Mr. Channels' } }
    expect(library.authorizeChannel('1234.1234', 'private-foobar').auth).toBe(`${key}:${vectors[0]?.hex}`)
    expect(library.authenticateUser('1234.1234', { id: '12345' }).auth).toBe(`${key}:${vectors[1]?.hex}`)
    expect(library.authorizeChannel('1234.1234', 'presence-foobar', data).auth).toBe(
      `${key}:${vectors[2]?.hex}`,
    )
    const rawBody = vectors[5]?.text ?? ''
    const headers = {
      'x-pusher-key': key,
      'x-pusher-signature': vectors[5]?.hex,
      'content-type': 'application/json',
    }

    expect(library.webhook({ headers, rawBody }).isValid()).toBe(true)
  })

  holds('a request signed as it should be is taken', async () => {
    expect(await statusOf('POST', '/events', { body })).toBe(200)
    expect(
      await statusOf('GET', '/channels', { query: { filter_by_prefix: 'presence-', info: 'user_count' } }),
    ).toBe(200)
  })

  holds('a request with anything changed after signing is refused with 401', async () => {
    const changes: ((query: Record<string, string>) => Record<string, string>)[] = [
      (query) => ({ ...query, auth_signature: '0'.repeat(64) }),
      (query) => ({ ...query, auth_signature: '' }),
      ({ auth_signature: _, ...query }) => query,
      ({ auth_key: _, ...query }) => query,
      ({ auth_timestamp: _, ...query }) => query,
      (query) => ({ ...query, auth_timestamp: String(Number(query.auth_timestamp) + 1) }),
      (query) => ({ ...query, more: '1' }),
      (query) => ({ ...query, body_md5: '0'.repeat(32) }),
      ({ body_md5: _, ...query }) => query,
    ]
    for (const tamper of changes) {
      expect(await statusOf('POST', '/events', { body, tamper }), tamper.toString()).toBe(401)
    }
    expect(await statusOf('POST', '/events', { body, signedPath: '/apps/3/batch_events' })).toBe(401)
  })

  holds('another body under the same MD5 is refused with 401', async () => {
    const { url } = await app.ask(node.url, 'POST', '/events', { body })
    const replay = async (other: string) =>
      (await fetch(url, { method: 'POST', body: other, headers: { 'Content-Type': 'application/json' } }))
        .status

    expect(await replay(body)).toBe(200)
    expect(await replay(body.replace('foo', 'fox'))).toBe(401)
    expect(await replay(`${body} `)).toBe(401)
    expect(await replay('')).toBe(401)
  })

  holds('the MD5 is of the bytes as they came, also with escaped slashes and spaces', async () => {
    const client = await WireClient.greeted(node.url)
    await client.join('project-3')
    const escaped =
      '{ "name":"foo",\n "channels":["project-3"], "data":"{\\"url\\":\\"https:\\/\\/a.example\\/\\"}" }'
    expect(await statusOf('POST', '/events', { body: escaped })).toBe(200)

    expect(JSON.parse(await client.next()).data).toBe('{"url":"https://a.example/"}')
  })

  holds('a body in any encoding of its letters is taken', async () => {
    const letters = '{"name":"foo","channel":"project-3","data":"Ñandú \\u00d1 \u{1F600}"}'

    expect(await statusOf('POST', '/events', { body: letters })).toBe(200)
  })

  holds('the order of the query does not matter', async () => {
    const tamper = (query: Record<string, string>) => Object.fromEntries(Object.entries(query).toReversed())

    expect(await statusOf('POST', '/events', { body, tamper })).toBe(200)
  })

  holds('values are signed as they are meant, not as they are written', async () => {
    const query = { filter_by_prefix: 'presence-', info: 'user_count,subscription_count' }
    expect(await statusOf('GET', '/channels', { query })).toBe(200)
    const { url } = await app.ask(node.url, 'GET', '/channels', { query })
    expect(url).toContain('%2C')

    expect((await fetch(url.replace('%2C', ','))).status).toBe(200)
  })

  holds('names in capitals are signed in small letters', async () => {
    expect(await statusOf('GET', '/channels', { query: { Filter_By_Prefix: 'presence-' } })).toBe(200)
  })

  holds('a request of eleven minutes ago or ahead is refused with 401, of nine is not', async () => {
    const at = (seconds: number) => ({ auth_timestamp: String(Math.floor(Date.now() / 1000) + seconds) })
    expect(await statusOf('GET', '/channels', { query: at(-660) })).toBe(401)
    expect(await statusOf('GET', '/channels', { query: at(660) })).toBe(401)
    expect(await statusOf('GET', '/channels', { query: at(-540) })).toBe(200)
    expect(await statusOf('GET', '/channels', { query: at(540) })).toBe(200)

    expect(await statusOf('GET', '/channels', { query: { auth_timestamp: 'soon' } })).toBe(401)
  })

  holds('the key must be that of the app in the path', async () => {
    const foreign = new App(second.id, app.key, app.secret)
    const stolen = new App(app.id, second.key, app.secret)
    const unknown = new App(app.id, 'unknown', app.secret)

    for (const by of [foreign, stolen, unknown]) {
      expect((await by.ask(node.url, 'GET', '/channels')).status).toBe(401)
    }
    expect((await second.ask(node.url, 'GET', '/channels')).status).toBe(200)
  })

  holds('under a path prefix the signature counts with the prefix and without it', async () => {
    const prefixed = `${node.url}/shop`
    const with_ = await app.ask(prefixed, 'POST', '/events', { body, signedPath: '/shop/apps/3/events' })
    const without = await app.ask(prefixed, 'POST', '/events', { body })
    const wrong = await app.ask(prefixed, 'POST', '/events', { body, signedPath: '/other/apps/3/events' })

    expect([with_.status, without.status, wrong.status]).toEqual([200, 200, 401])
  })

  holds('the path is signed as it was sent, also with letters that are written in percent', async () => {
    const signed = await app.ask(node.url, 'GET', '/channels/cache-a%2Cb', {
      signedPath: '/apps/3/channels/cache-a%2Cb',
    })

    expect(signed.status).toBe(200)
  })

  holds('a proxy header does not change what is signed', async () => {
    const headers = {
      'X-Forwarded-Prefix': '/shop',
      'X-Forwarded-Proto': 'https',
      'X-Forwarded-Host': 'a.example',
    }

    expect(await statusOf('POST', '/events', { body, headers })).toBe(200)
  })

  holds('a refused request says nothing of the secret and nothing of the right signature', async () => {
    let right = ''
    const tamper = (query: Record<string, string>) => {
      right = query.auth_signature ?? ''
      return { ...query, auth_signature: '0'.repeat(64) }
    }
    const response = await app.ask(node.url, 'POST', '/events', { body, tamper })
    const text = await response.text()

    expect(text).not.toBe('')
    expect(text).not.toContain(app.secret)
    expect(text).not.toContain(right)
  })
})
