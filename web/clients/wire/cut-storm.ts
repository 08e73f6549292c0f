import { type PusherClient, resume } from '@branchline/client/resume'
import { Heard, pause } from '../heard.ts'
import { app } from './app.ts'
import { Cutter } from './cutter.ts'
import { pusher } from './realtime.ts'

const channels = ['room-a', 'room-b'] as const
const publishers = 4

interface Client {
  readonly heard: Record<string, string[]>
  readonly unrecovered: string[]
}

export interface StormResult {
  readonly cuts: number
  /** What a client that was never cut heard on each channel. */
  readonly reference: Client
  readonly clients: readonly Client[]
  /** How many events each publisher sent to each channel. */
  readonly published: Record<string, number>
}

/** Clients behind connections that are cut at random bytes, while several publishers publish. Ends when all have heard the last event. */
export async function storm(
  url: string,
  settings: { clients: number; cuts: number; seed: number },
): Promise<StormResult> {
  const random = numbers(settings.seed)
  let isCutting = false
  const cutter = await Cutter.start(url, () => (isCutting ? cutAfter(random) : Number.POSITIVE_INFINITY))
  const reference = await join(url)
  const clients = await Promise.all(Array.from({ length: settings.clients }, () => join(cutter.url)))
  isCutting = true
  cutter.cut()

  const published: Record<string, number> = {}
  const loops = Array.from({ length: publishers }, (_, at) =>
    publish(url, `p${at}`, published, () => cutter.cuts < settings.cuts),
  )
  await Promise.all(loops)
  isCutting = false
  cutter.cut()
  for (const channel of channels) await app.publish(url, { name: 'said', channel, data: 'last' })
  await Promise.all([reference, ...clients].map((client) => client.last.expect('last', channels.length)))
  cutter.stop()
  return { cuts: cutter.cuts, reference, clients, published }
}

/** A third of them within the handshake and the first answers. */
function cutAfter(random: () => number): number {
  return 1 + Math.floor(random() * (random() < 0.33 ? 700 : 8000))
}

async function join(url: string): Promise<Client & { readonly last: Heard }> {
  const client = pusher(url, { activityTimeout: 5000, pongTimeout: 2000, unavailableTimeout: 2000 })
  // Left to itself it waits for fifteen seconds after a handshake that was cut.
  client.connection.bind('unavailable', () => {
    client.disconnect()
    client.connect()
  })
  const last = new Heard()
  const heard: Record<string, string[]> = {}
  const unrecovered: string[] = []
  const subscribed = new Heard()
  resume(client as PusherClient, {
    onRecovered: (channel, recovered) => recovered || unrecovered.push(channel),
  })
  for (const name of channels) {
    const list: string[] = []
    heard[name] = list
    const channel = client.subscribe(name)
    channel.bind('said', (data: string) => {
      list.push(data)
      if (data === 'last') last.note('last')(data)
    })
  }
  client.bind('branchline:position', subscribed.note('position'))
  await subscribed.expect('position', channels.length)
  return { heard, unrecovered, last }
}

/** One after the other, now alone, now as a batch over both channels. */
async function publish(
  url: string,
  by: string,
  published: Record<string, number>,
  goesOn: () => boolean,
): Promise<void> {
  const next = (channel: string) => {
    const n = (published[`${by} ${channel}`] ?? 0) + 1
    published[`${by} ${channel}`] = n
    return { name: 'said', channel, data: `${by} ${n}` }
  }
  for (let turn = 0; goesOn(); turn++) {
    await pause(15)
    if (turn % 3 > 0) {
      await app.publish(url, next(channels[turn % 2] as string))
      continue
    }
    const batch = [next('room-a'), next('room-b'), next('room-a')]
    const response = await app.ask(url, 'POST', '/batch_events', { body: JSON.stringify({ batch }) })
    if (!response.ok) throw new Error(await response.text())
  }
}

/** Repeatable random numbers below one (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
