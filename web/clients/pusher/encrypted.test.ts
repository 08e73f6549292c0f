// Encrypted channels: the node carries boxes that it cannot open.
import Pusher from 'pusher'
import type PusherJs from 'pusher-js'
import nacl from 'tweetnacl'
import { afterAll, beforeAll, expect } from 'vitest'
import { Heard } from '../heard.ts'
import type { Node } from '../node.ts'
import { app } from '../wire/app.ts'
import { Backend } from '../wire/backend.ts'
import { golden } from '../wire/golden.ts'
import { as, disconnectAll, pusher, startRealtime } from '../wire/realtime.ts'
import { section } from '../wire/section.ts'
import { closeAll, WireClient } from '../wire/wire-client.ts'

const vector = JSON.parse(golden('encrypted')) as Record<
  'masterKey' | 'channel' | 'sharedSecret' | 'nonce' | 'plaintext' | 'ciphertext' | 'frame',
  string
>

section('encrypted', (holds) => {
  let node: Node
  let backend: Backend
  let client: PusherJs

  beforeAll(async () => {
    node = await startRealtime()
    backend = await Backend.start(app, node.url)
    client = pusher(node.url, as(backend, { user_id: '1' }))
  })

  afterAll(async () => {
    closeAll()
    disconnectAll()
    backend.stop()
    await node.remove()
  })

  holds('the vector holds for the official library and for its box', () => {
    const library = new Pusher({
      appId: '3',
      key: app.key,
      secret: app.secret,
      host: '127.0.0.1',
      encryptionMasterKeyBase64: vector.masterKey,
    })
    expect(library.authorizeChannel('1234.1234', vector.channel).shared_secret).toBe(vector.sharedSecret)
    const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64'))
    const opened = nacl.secretbox.open(
      bytes(vector.ciphertext),
      bytes(vector.nonce),
      bytes(vector.sharedSecret),
    )

    expect(opened && Buffer.from(opened).toString()).toBe(vector.plaintext)
  })

  holds('what an application boxed passes through as it is, event and channel in clear', async () => {
    const wire = await WireClient.greeted(node.url)
    await wire.join(vector.channel)
    const data = JSON.stringify({ nonce: vector.nonce, ciphertext: vector.ciphertext })
    await app.publish(node.url, { name: 'secret', channels: [vector.channel], data })

    expect(await wire.next()).toBe(vector.frame)
  })

  holds('pusher-js opens the box of the vector and what the official library sends', async () => {
    const heard = new Heard()
    const channel = client.subscribe(vector.channel)
    channel.bind('pusher:subscription_succeeded', heard.note('subscribed'))
    channel.bind('secret', heard.note('secret'))
    await heard.expect('subscribed')
    const data = JSON.stringify({ nonce: vector.nonce, ciphertext: vector.ciphertext })
    await app.publish(node.url, { name: 'secret', channels: [vector.channel], data })
    await heard.expect('secret')
    await backend.library.trigger(vector.channel, 'secret', { b: 'Ñandú' })
    await backend.library.triggerBatch([{ channel: vector.channel, name: 'secret', data: { c: 3 } }])
    await heard.expect('secret', 3)

    expect(heard.data('secret')).toEqual([{ a: 1 }, { b: 'Ñandú' }, { c: 3 }])
  })

  holds('an encrypted channel needs its signature, of which the shared secret is no part', async () => {
    const wire = await WireClient.greeted(node.url)
    expect(await wire.subscribeWith('private-encrypted-a', { auth: '' })).toContain('"status\\":401')
    const auth = app.channelAuth(wire.socketId, 'private-encrypted-a')

    expect(await wire.subscribeWith('private-encrypted-a', { auth, shared_secret: 'any' })).toContain(
      'subscription_succeeded',
    )
  })

  holds('a box that cannot be opened makes pusher-js ask its backend once more and go on', async () => {
    const heard = new Heard()
    const channel = client.subscribe('private-encrypted-rotated')
    channel.bind('pusher:subscription_succeeded', heard.note('subscribed'))
    channel.bind('secret', heard.note('secret'))
    await heard.expect('subscribed')
    const before = backend.questions
    const other = app.library(node.url, { encryptionMasterKeyBase64: Buffer.alloc(32, 7).toString('base64') })
    await other.trigger('private-encrypted-rotated', 'secret', { lost: true })
    await expect.poll(() => backend.questions).toBe(before + 1)
    await backend.library.trigger('private-encrypted-rotated', 'secret', { found: true })
    await heard.expect('secret')

    expect(heard.data('secret')).toEqual([{ found: true }])
  })
})
