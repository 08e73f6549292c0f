/** The part of a pusher-js client that is used here; its connection binds `connected` before anybody else can, but tells of `state_change` first. */
export interface PusherClient {
  readonly key: string
  readonly connection: {
    readonly state: string
    readonly socket_id: string
    // Whoever binds globally hears of everything first, and of each thing once.
    bind_global(listener: (event: string, data: unknown) => void): unknown
  }
  channel(name: string): unknown
  send_event(event: string, data: unknown): boolean
}

/** Where positions are kept over a reload of the page: `sessionStorage`, as a rule. */
export type PositionStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

/** What the plug-in may be told. */
export interface ResumeOptions {
  /** Called for each channel that was joined anew: false says that something may be missing, and what is shown has to be loaded again. */
  readonly onRecovered?: (channel: string, recovered: boolean) => void
  /** By default positions are forgotten with the page. */
  readonly storage?: PositionStorage | undefined
}

/** Where a client stands in a channel. `epoch`, `offset` and `seq` are as its node told them. */
interface Position {
  epoch: string
  readonly offset: number
  readonly seq?: string
  /** Events that came since. */
  received: number
  /** How many of the last connections there were since: what one of them had said itself did not come. */
  connections: number
}

/** What is said before subscribing, and kept over a reload. */
interface Known {
  /** The ids of the last connections. */
  sockets: string[]
  readonly channels: Record<string, Position>
}

interface Told extends Position {
  readonly channel: string
  readonly recovered?: boolean
}

const mostSockets = 100

/** Lets a stock pusher-js client receive what it missed while its connection was cut: in order, each event once. Call it before subscribing. */
export function resume(pusher: PusherClient, { onRecovered, storage }: ResumeOptions = {}): void {
  const { connection } = pusher
  const key = `branchline.resume.${pusher.key}`
  const known = read(storage, key)
  const { channels } = known
  let isFirst = true

  function introduce(): void {
    for (const [channel, { connections }] of Object.entries(channels)) {
      // Whoever left a channel has missed nothing there.
      if (!isFirst && !pusher.channel(channel)) delete channels[channel]
      else if (connections > mostSockets) channels[channel] = unknown()
    }
    pusher.send_event('branchline:resume', known)
    known.sockets = [...known.sockets, connection.socket_id].slice(-mostSockets)
    for (const position of Object.values(channels)) position.connections++
    isFirst = false
    write(storage, key, known)
  }

  function take({ channel, recovered, epoch, offset, seq }: Told): void {
    channels[channel] = { epoch, offset, ...(seq ? { seq } : {}), received: 0, connections: 1 }
    write(storage, key, known)
    if (recovered !== undefined) onRecovered?.(channel, recovered)
  }

  connection.bind_global((name, data) => {
    if (name === 'state_change' && (data as { current: string }).current === 'connected') introduce()
    if (name !== 'message') return

    const message = data as { event: string; channel?: string; data: Told }
    const position = channels[message.channel ?? '']
    if (!message.channel && /^branchline:(position|resumed)$/.test(message.event)) take(message.data)
    else if (position && !/^(pusher|pusher_internal|branchline):/.test(message.event)) {
      position.received++
      write(storage, key, known)
    }
  })
  if (connection.state === 'connected') introduce()
}

/** No node knows this position: the answer will be that something may be missing. */
const unknown = (): Position => ({ epoch: '', offset: 0, received: 0, connections: 0 })

function read(storage: PositionStorage | undefined, key: string): Known {
  try {
    const kept = storage?.getItem(key)
    if (kept) return JSON.parse(kept) as Known
  } catch {
    // As if nothing had been kept.
  }
  return { sockets: [], channels: {} }
}

/** What cannot be kept whole is not kept: an old position would bring events twice. */
function write(storage: PositionStorage | undefined, key: string, known: Known): void {
  try {
    storage?.setItem(key, JSON.stringify(known))
  } catch {
    storage?.removeItem(key)
  }
}
