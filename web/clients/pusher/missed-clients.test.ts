// Missed events as pusher-js and Echo clients with the plug-in meet them, and that nobody else does.
import { type PusherClient, type ResumeOptions, resume } from '@branchline/client/resume'
import type Pusher from 'pusher-js'
import { afterAll, beforeAll, expect } from 'vitest'
import { Heard } from '../heard.ts'
import type { Node } from '../node.ts'
import { app } from '../wire/app.ts'
import { Cutter } from '../wire/cutter.ts'
import { disconnectAll, echo, pusher, startRealtime } from '../wire/realtime.ts'
import { section } from '../wire/section.ts'
import { closeAll, WireClient } from '../wire/wire-client.ts'

const most = 8

section('missed by', (holds) => {
  let node: Node
  let cutter: Cutter

  beforeAll(async () => {
    node = await startRealtime([`Branchline__Missed__Most=${most}`])
    cutter = await Cutter.start(node.url, () => Number.POSITIVE_INFINITY)
  })

  afterAll(async () => {
    closeAll()
    disconnectAll()
    cutter.stop()
    await node.remove()
  })

  async function say(channel: string, data: string, socketId?: string): Promise<void> {
    await app.publish(node.url, { name: 'said', channel, data, ...(socketId ? { socket_id: socketId } : {}) })
  }

  /** A client behind the cutter that subscribed and was told where it stands. */
  async function joined(channel: string, options: ResumeOptions = {}, client: Pusher = pusher(cutter.url)) {
    const heard = new Heard<string | undefined>()
    const note = (name: string, whole: boolean) => heard.note(`recovered ${whole}`)(name)
    resume(client as PusherClient, { onRecovered: note, ...options })
    client.subscribe(channel).bind('said', heard.note('said'))
    client.bind('branchline:position', heard.note('position'))
    await expect.poll(() => heard.count('position'), { timeout: 20_000 }).toBeGreaterThan(0)
    return { client, heard }
  }

  holds('what was missed comes in order, then the app is told that nothing is missing', async () => {
    const { client, heard } = await joined('missed-order')
    await say('missed-order', 'a')
    await heard.expect('said')
    await cutter.away(async () => {
      await say('missed-order', 'b')
      await say('missed-order', 'c')
    })
    await heard.expect('recovered true')

    expect(heard.data('said')).toEqual(['a', 'b', 'c'])
    // A further position may come at any time.
    expect(heard.names.filter((name) => name !== 'position').at(-1)).toBe('recovered true')
    expect(client.channel('missed-order').subscribed).toBe(true)
  })

  holds('an Echo client recovers in the same way', async () => {
    const client = echo(cutter.url)
    const { heard } = await joined('missed-echo', {}, client.connector.pusher as Pusher)
    const listened = new Heard()
    client.channel('missed-echo').listen('.said', listened.note('said'))
    await cutter.away(() => say('missed-echo', 'a'))
    await heard.expect('recovered true')

    expect(listened.data('said')).toEqual(['a'])
  })

  holds('what a client caused itself before the cut is not told to it afterwards', async () => {
    const { client, heard } = await joined('missed-own')
    const before = client.connection.socket_id
    await cutter.away(async () => {
      await say('missed-own', 'own', before)
      await say('missed-own', 'other')
    })
    await heard.expect('recovered true')

    expect(heard.data('said')).toEqual(['other'])
  })

  holds('a client that received more than is remembered has missed nothing', async () => {
    const { heard } = await joined('missed-long')
    for (let n = 0; n < 3 * most; n++) await say('missed-long', `${n}`, n % 2 ? '1.1' : undefined)
    await heard.expect('said', 3 * most)
    // Told anew, so that older counts need not be remembered.
    await expect.poll(() => heard.names.at(-1), { timeout: 20_000 }).toBe('position')
    cutter.cut()
    await heard.expect('recovered true')

    expect(heard.count('said')).toBe(3 * most)
  })

  holds('more than is remembered is told to be incomplete, and nothing of it is told', async () => {
    const { heard } = await joined('missed-much')
    await cutter.away(async () => {
      for (let n = 0; n <= most; n++) await say('missed-much', `${n}`)
    })
    await heard.expect('recovered false')
    await say('missed-much', 'live')
    await heard.expect('said')

    expect(heard.data('said')).toEqual(['live'])
  })

  holds('a position kept over a reload of the page brings what came meanwhile', async () => {
    const kept = new Map<string, string>()
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    }
    const before = await joined('missed-reload', { storage })
    await say('missed-reload', 'a')
    await before.heard.expect('said')
    before.client.disconnect()
    await say('missed-reload', 'b')
    const client = pusher(node.url)
    const heard = new Heard<string>()
    resume(client as PusherClient, {
      storage,
      onRecovered: (_, whole) => heard.note('recovered')(`${whole}`),
    })
    client.subscribe('missed-reload').bind('said', heard.note('said'))
    await heard.expect('recovered')

    expect(heard.data('recovered')).toEqual(['true'])
    expect(heard.data('said')).toEqual(['b'])
  })

  holds(
    'a channel subscribed later is told its position, and one that was left is not brought back',
    async () => {
      const { client, heard } = await joined('missed-early')
      client.subscribe('missed-late').bind('said', heard.note('late'))
      await expect.poll(() => heard.count('position')).toBe(2)
      client.unsubscribe('missed-early')
      await cutter.away(async () => {
        await say('missed-early', 'a')
        await say('missed-late', 'b')
      })
      await heard.expect('recovered true')

      expect(heard.data('recovered true')).toEqual(['missed-late'])
      expect(heard.data('late')).toEqual(['b'])
    },
  )

  holds('whoever does not ask hears nothing of positions', async () => {
    const client = await WireClient.greeted(node.url)
    await client.join('missed-plain')
    for (let n = 0; n < most; n++) await say('missed-plain', `${n}`)
    await joined('missed-plain')

    const frames = await client.heard()
    expect(frames).toHaveLength(most)
    expect(frames.join()).not.toContain('branchline:')
  })

  holds('a node that was restarted does not claim that nothing is missing', async () => {
    const client = pusher(node.url, { unavailableTimeout: 1000 })
    client.connection.bind('unavailable', () => {
      client.disconnect()
      client.connect()
    })
    const { heard } = await joined('missed-restart', {}, client)
    await node.stop()
    await node.run()
    await heard.expect('recovered false')
  })
})
