// The pages for people who come from other servers: what they print works as it is printed.
import Echo from 'laravel-echo'
import Library from 'pusher'
import Pusher from 'pusher-js'
import { afterEach, expect, it, vi } from 'vitest'
import { Heard } from './heard.ts'
import { freePort, Node } from './node.ts'
import { Guide, type Place, run } from './wire/guide.ts'

const open: { disconnect(): void }[] = []
let node: Node | undefined

/** Where there is no window, Echo is handed what it would find there. */
class WindowEcho extends Echo<'pusher'> {
  constructor(options: object) {
    super({ broadcaster: 'pusher', Pusher, ...options })
  }
}

// A node for each: on a busy machine that is most of the time.
vi.setConfig({ testTimeout: 120_000 })

afterEach(async () => {
  for (const client of open.splice(0)) client.disconnect()
  await node?.remove()
  node = undefined
})

/** A node with the lines of one `env` fence of the guide. */
async function serve(guide: Guide, fence: number, isDemo = false): Promise<Place> {
  const port = await freePort()
  const env = guide.env(port)[fence] ?? []
  node = await (isDemo ? Node.start(env) : Node.startEmpty(env))
  return { port, directory: node.directory }
}

async function pusher(code: string, place: Place): Promise<Pusher> {
  const client = await run<Pusher>(code, place, { Pusher }, 'pusher')
  open.push(client)
  return client
}

async function echo(code: string, place: Place, token = ''): Promise<Echo<'pusher'>> {
  const client = await run<Echo<'pusher'>>(
    code,
    place,
    { Echo: WindowEcho, Pusher, token, window: {} },
    'window.Echo',
  )
  open.push(client)
  return client
}

/** Subscribed to `news`, with what is heard there. */
async function reader(client: Pusher, event: string): Promise<Heard> {
  const heard = new Heard()
  const channel = client.subscribe('news')
  channel.bind(event, heard.note(event))
  channel.bind('pusher:subscription_succeeded', heard.note('subscribed'))
  await heard.expect('subscribed')
  return heard
}

it('pusher-js and the library of a backend take the options of "from Pusher"', async () => {
  const guide = new Guide('from-pusher')
  const [socket = '', fallback = '', backend = ''] = guide.fences('js')
  const place = await serve(guide, 0)
  const heard = await reader(await pusher(socket, place), 'published')
  const beside = await reader(await pusher(fallback.replace("'ws', ", ''), place), 'published')

  await run(backend, place, { Pusher: Library }, 'pusher')
  await heard.expect('published')
  await beside.expect('published')
  expect(heard.data('published')).toEqual([{ title: 'Open until nine' }])
})

it('the commands of "from Pusher" show the app, its channels and a test event', async () => {
  const guide = new Guide('from-pusher')
  const place = await serve(guide, 0)
  const heard = await reader(await pusher(guide.fences('js')[0] ?? '', place), 'hello')

  const said = await guide.shell(place)
  await heard.expect('hello')
  expect(said).toContain('PUSHER_APP_SECRET=kitchen-secret')
  expect(said).toContain('board-key')
  expect(said).toContain('Said to 1 subscriptions')
  expect(said).toMatch(/news .*public .*1/)
  expect(said).toContain('{"channels":{"news":{}}}')
})

it('the names of soketi and of Reverb are taken over', async () => {
  const guide = new Guide('from-soketi-or-reverb')
  const [socket = ''] = new Guide('from-pusher').fences('js')
  for (const fence of [0, 1]) {
    const place = await serve(guide, fence)
    const heard = await reader(await pusher(socket, place), 'hello')
    const said = await guide.shell(place)
    await heard.expect('hello')
    expect(said).toContain('board-key')
    expect(said).toContain('Said to 1 subscriptions')
    await node?.remove()
  }
})

it('Echo takes the options of "Laravel", as pusher and as reverb', async () => {
  const guide = new Guide('laravel')
  const [asPusher = '', asReverb = ''] = guide.fences('js')
  const place = await serve(guide, 0)
  for (const code of [asPusher, asReverb]) {
    const heard = new Heard()
    const client = await echo(code, place)
    client.channel('news').listen('Hello', heard.note('hello')).subscribed(heard.note('subscribed'))
    await heard.expect('subscribed')
    const said = await guide.shell(place)
    await heard.expect('hello')
    expect(said).toContain('board-key')
    expect(heard.data('hello')).toEqual([{ from: 'the node' }])
    client.disconnect()
  }
})

it('the node signs for a person as "Laravel" says', async () => {
  const guide = new Guide('laravel')
  const place = await serve(guide, 0, true)
  const cashier = await (node as Node).signIn('cashier')
  const heard = new Heard()
  const client = await echo(guide.fences('js')[2] ?? '', place, cashier.token)
  client
    .private('orders')
    .listen('.order.status.changed', heard.note('moved'))
    .subscribed(heard.note('subscribed'))
    .error(heard.note('error'))
  await heard.expect('subscribed')

  const order = await cashier.create('orders', { number: 'O-1', branch_id: cashier.branchId })
  await cashier.update('orders', order.id, { status: 'awaiting_payment' })
  await heard.expect('moved')
  expect(heard.data('moved')).toMatchObject([{ id: order.id, status: 'awaiting_payment' }])
})
