// On channels that are fed from tables stock pusher-js with the plug-in is brought what it missed from the feed, over a restart of the node.
import { type PusherClient, resume } from '@branchline/client/resume'
import { afterAll, beforeAll, expect } from 'vitest'
import { Heard } from '../heard.ts'
import { Node, type Person } from '../node.ts'
import { reprice } from '../shop.ts'
import { app } from '../wire/app.ts'
import { disconnectAll, pusher } from '../wire/realtime.ts'
import { section } from '../wire/section.ts'

section('missed rows', (holds) => {
  let node: Node
  let manager: Person

  beforeAll(async () => {
    node = await Node.start([
      `PUSHER_APP_ID=${app.id}`,
      `PUSHER_APP_KEY=${app.key}`,
      `PUSHER_APP_SECRET=${app.secret}`,
    ])
    manager = await node.signIn('manager')
  })

  afterAll(async () => {
    disconnectAll()
    await node.remove()
  })

  async function joined() {
    const client = pusher(node.url)
    const heard = new Heard<{ id: string } | string | undefined>()
    resume(client as PusherClient, {
      onRecovered: (_, whole) => heard.note(`recovered ${whole}`)(undefined),
    })
    client.bind('branchline:position', heard.note('position'))
    client.subscribe('products').bind('product.updated', heard.note('updated'))
    await expect.poll(() => heard.count('position'), { timeout: 20_000 }).toBeGreaterThan(0)
    return { client, heard }
  }

  holds(
    'what was said while the node was restarted and the client was away is brought in order',
    async () => {
      const { client, heard } = await joined()
      await reprice(manager)
      await heard.expect('updated')

      client.disconnect()
      await reprice(manager)
      await node.stop()
      await node.run()
      await reprice(manager)
      client.connect()
      await heard.expect('recovered true')

      expect(heard.count('updated')).toBe(3)
      expect(heard.names.filter((name) => name !== 'position').at(-1)).toBe('recovered true')
      await reprice(manager)
      await heard.expect('updated', 4)
    },
  )

  holds('after a crash nobody is told that nothing is missing where a backend had spoken', async () => {
    const { client, heard } = await joined()
    await app.publish(node.url, { name: 'note', channel: 'products', data: '{}' })
    await reprice(manager)
    await heard.expect('updated')
    client.disconnect()
    await node.kill()
    await node.run()
    await reprice(manager)
    client.connect()
    await heard.expect('recovered false')
  })
})
