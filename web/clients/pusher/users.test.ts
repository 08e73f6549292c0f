// Users: signing in over the socket, events to one user, ending a user's connections.
import { afterAll, beforeAll, expect } from 'vitest'
import { Heard, pause } from '../heard.ts'
import type { Node } from '../node.ts'
import { App, app } from '../wire/app.ts'
import { Backend } from '../wire/backend.ts'
import { golden, goldenClose } from '../wire/golden.ts'
import { appLines, as, disconnectAll, pusher, startRealtime } from '../wire/realtime.ts'
import { section } from '../wire/section.ts'
import { closeAll, WireClient } from '../wire/wire-client.ts'

const strict = new App('strict', 'strict-key', 'strict-secret')
const user = '{"id":"12345"}'
const own = '#server-to-user-12345'

section('users', (holds) => {
  let node: Node
  let backend: Backend

  beforeAll(async () => {
    node = await startRealtime(appLines(0, strict, { Limits__SignInTimeout: '00:00:01' }))
    backend = await Backend.start(app, node.url)
  })

  afterAll(async () => {
    closeAll()
    disconnectAll()
    backend.stop()
    await node.remove()
  })

  async function signedIn(data = user): Promise<WireClient> {
    const client = await WireClient.greeted(node.url)
    const answer = await client.signIn(data)
    if (!answer.includes('pusher:signin_success')) throw new Error(answer)
    return client
  }

  holds('a sign-in with its signature is answered with the user as it was sent', async () => {
    const client = await WireClient.greeted(node.url)
    expect(await client.signIn(user)).toBe(golden('users/signin-success'))
    const spaced = '{ "id": "12345", "user_info": {"name": "Ñandú"} }'
    const other = await WireClient.greeted(node.url)

    expect(JSON.parse(JSON.parse(await other.signIn(spaced)).data)).toEqual({ user_data: spaced })
  })

  holds('a sign-in may come as a string that holds an object', async () => {
    const client = await WireClient.greeted(node.url)
    const data = { auth: app.userAuth(client.socketId, user), user_data: user }
    client.say('pusher:signin', JSON.stringify(data))

    expect(await client.next()).toBe(golden('users/signin-success'))
  })

  holds('a sign-in that is signed wrongly is refused with 4009, the connection stays', async () => {
    const client = await WireClient.greeted(node.url)
    const other = await WireClient.greeted(node.url)
    const wrong = [
      app.userAuth(other.socketId, user),
      app.userAuth(client.socketId, '{"id":"1"}'),
      app.channelAuth(client.socketId, 'private-foobar'),
      `foreign:${app.sign(`${client.socketId}::user::${user}`)}`,
      '',
    ]
    for (const auth of wrong) {
      client.say('pusher:signin', { auth, user_data: user })
      expect(await client.next(), auth).toBe(golden('users/error-signature'))
    }

    expect(await client.signIn(user)).toBe(golden('users/signin-success'))
  })

  holds('a user without an id that is a text is refused', async () => {
    const client = await WireClient.greeted(node.url)
    for (const data of ['{}', '{"id":""}', '{"id":7}', '[]', '"12345"', 'null', '{"id":']) {
      expect(await client.signIn(data), data).toBe(golden('users/error-user-data'))
    }
  })

  holds('a second user on one connection is refused, the same once more is not', async () => {
    const client = await signedIn()
    expect(await client.signIn('{"id":"678"}')).toBe(golden('users/error-another-user'))

    expect(await client.signIn(user)).toBe(golden('users/signin-success'))
  })

  holds('only the signed-in user subscribes to its own channel', async () => {
    const client = await signedIn()
    client.socket.text(golden('users/client-subscribe'))
    expect(await client.next()).toBe(golden('subscription-succeeded').replace('sales', own))
    expect(await client.subscribe('#server-to-user-678')).toBe(golden('users/subscription-error'))
    const nobody = await WireClient.greeted(node.url)

    expect(await nobody.subscribe('#server-to-user-678')).toBe(golden('users/subscription-error'))
  })

  holds('an event to a user arrives before the subscription does', async () => {
    const client = await signedIn()
    await app.publish(node.url, { name: 'note', channel: own, data: '{"text":"hello"}' })

    expect(await client.next()).toBe(golden('users/event'))
  })

  holds('an event to a user arrives once on each of its connections and on no other', async () => {
    const one = await signedIn()
    const two = await signedIn()
    const other = await signedIn('{"id":"678"}')
    await one.join(own)
    await app.publish(node.url, { name: 'note', channel: own, data: '{"text":"hello"}' })

    expect(await one.heard()).toEqual([golden('users/event')])
    expect(await two.heard()).toEqual([golden('users/event')])
    expect(await other.heard()).toEqual([])
  })

  holds('a backend that ends a user ends all its connections with 4009 and no other', async () => {
    const one = await signedIn('{"id":"gone"}')
    const two = await signedIn('{"id":"gone"}')
    const other = await signedIn()
    const response = await backend.library.terminateUserConnections('gone')

    expect(await response.json()).toEqual({})
    expect(await one.ended).toEqual(goldenClose("a backend ended the user's connections"))
    expect(await two.ended).toEqual(goldenClose("a backend ended the user's connections"))
    expect(await other.heard()).toEqual([])
  })

  holds(
    'pusher-js signs in, hears what is sent to its user, and signs in again after a reconnect',
    async () => {
      const heard = new Heard()
      const client = pusher(node.url, as(backend, { user_id: 'ada' }))
      client.bind('pusher:signin_success', heard.note('signed in'))
      client.user.bind('note', heard.note('note'))
      client.signin()
      await heard.expect('signed in')
      await backend.library.sendToUser('ada', 'note', { text: 'hello' })
      await heard.expect('note')
      client.disconnect()
      client.connect()
      await heard.expect('signed in', 2)
      await backend.library.sendToUser('ada', 'note', { text: 'again' })
      await heard.expect('note', 2)

      expect(heard.data('note')).toEqual([{ text: 'hello' }, { text: 'again' }])
    },
  )

  holds('pusher-js that was ended stays away', async () => {
    const heard = new Heard()
    const client = pusher(node.url, as(backend, { user_id: 'ended' }))
    client.bind('pusher:signin_success', heard.note('signed in'))
    client.signin()
    await heard.expect('signed in')
    client.connection.bind('disconnected', heard.note('disconnected'))
    await backend.library.terminateUserConnections('ended')
    await heard.expect('disconnected')
    await pause(1500)

    expect(client.connection.state).toBe('disconnected')
  })

  holds('whoever neither signs in nor joins a private channel in time is closed with 4009', async () => {
    const idle = await WireClient.greeted(node.url, { app: strict })
    const member = await WireClient.greeted(node.url, { app: strict })
    const visitor = await WireClient.greeted(node.url, { app: strict })
    const onlooker = await WireClient.greeted(node.url, { app: strict })
    await member.join('private-foobar')
    await visitor.signIn(user)
    await onlooker.join('public')

    expect(await idle.next()).toBe(golden('users/error-not-signed-in'))
    expect((await idle.ended).code).toBe(4009)
    expect((await onlooker.ended).code).toBe(4009)
    expect(await member.heard()).toEqual([])
    expect(await visitor.heard()).toEqual([])
  })
})
