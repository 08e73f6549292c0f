// Watchlists: a signed-in user is told who of its list is online.
import { afterAll, beforeAll, expect } from 'vitest'
import { Heard } from '../heard.ts'
import type { Node } from '../node.ts'
import { app } from '../wire/app.ts'
import { Backend } from '../wire/backend.ts'
import { golden } from '../wire/golden.ts'
import { as, disconnectAll, pusher, startRealtime } from '../wire/realtime.ts'
import { section } from '../wire/section.ts'
import { closeAll, WireClient } from '../wire/wire-client.ts'

section('watchlist', (holds) => {
  let node: Node
  let backend: Backend

  beforeAll(async () => {
    node = await startRealtime()
    backend = await Backend.start(app, node.url)
  })

  afterAll(async () => {
    closeAll()
    disconnectAll()
    backend.stop()
    await node.remove()
  })

  async function signedIn(id: string, watchlist?: readonly string[]): Promise<WireClient> {
    const client = await WireClient.greeted(node.url)
    const answer = await client.signIn(JSON.stringify({ id, ...(watchlist ? { watchlist } : {}) }))
    if (!answer.includes('pusher:signin_success')) throw new Error(answer)
    return client
  }

  holds('after the sign-in comes who is online and who is not, then every change', async () => {
    const a = await signedIn('a')
    const watcher = await signedIn('watcher', ['a', 'b'])
    expect(await watcher.next()).toBe(golden('users/watchlist-first'))
    const b = await signedIn('b')
    expect(await watcher.next()).toBe(golden('users/watchlist-online'))
    await a.close()
    expect(await watcher.next()).toBe(golden('users/watchlist-offline'))
    await b.close()

    expect(await watcher.next()).toContain('offline')
    await watcher.close()
  })

  holds('a user with two connections goes offline with the last', async () => {
    const watcher = await signedIn('watcher-2', ['tabs'])
    expect(await watcher.next()).toContain('offline')
    const one = await signedIn('tabs')
    expect(await watcher.next()).toContain('online')
    const two = await signedIn('tabs')
    await one.close()
    expect(await watcher.heard()).toEqual([])
    two.socket.cut()

    expect(await watcher.next()).toContain('offline')
  })

  holds('without a watchlist there is nothing to hear', async () => {
    const plain = await signedIn('plain')
    await signedIn('somebody')

    expect(await plain.heard()).toEqual([])
  })

  holds('of 101 ids the first hundred are watched, and 4302 says so', async () => {
    const ids = Array.from({ length: 101 }, (_, at) => `u${at}`)
    const client = await WireClient.greeted(node.url)
    expect(await client.signIn(JSON.stringify({ id: 'many', watchlist: ids }))).toContain(
      'pusher:signin_success',
    )
    const first = await client.heard()
    expect(first).toContain(golden('users/error-watchlist'))
    await signedIn('u100')
    expect(await client.heard()).toEqual([])
    await signedIn('u99')

    expect(await client.next()).toContain('u99')
  })

  holds('pusher-js hands the events to its watchlist', async () => {
    const heard = new Heard<{ user_ids: string[] }>()
    const client = pusher(node.url, as(backend, { user_id: 'js', watchlist: ['friend', 'stranger'] }))
    const { watchlist } = client.user
    watchlist.bind('online', heard.note('online'))
    watchlist.bind('offline', heard.note('offline'))
    client.signin()
    await heard.expect('offline')
    const friend = await signedIn('friend')
    await heard.expect('online')
    await friend.close()
    await heard.expect('offline', 2)

    expect(heard.data('online').map((event) => event.user_ids)).toEqual([['friend']])
    expect(heard.data('offline').map((event) => event.user_ids)).toEqual([['friend', 'stranger'], ['friend']])
  })
})
