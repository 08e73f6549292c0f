import type { Unsubscribe } from '../api.ts'
import { getOrAdd } from '../get-or-add.ts'
import type { Node } from '../live/node.ts'
import { backoff, Pause } from '../live/wait.ts'
import { PusherSocket } from './pusher-socket.ts'
import { nobody, type PresenceMember, Room } from './room.ts'

/** A line that is back so soon was never gone: until then those last seen stay. */
const grace = 5_000

/**
 * Who is there, by the presence channels of the shop's own app. The socket lives while somebody is signed in and some channel is
 * watched. The node says who is in a channel whenever one joins it, so nothing is carried over from one connection to the next.
 * ```
 * idle ── first watch ──► connecting ── greeted ──► live ── lost ──► waiting ──► connecting
 *   ▲                                                                   │
 *   └──────────────── nothing watched, or signed out ───────────────────┘
 * ```
 */
export class Presence {
  readonly #node: Node
  readonly #rooms = new Map<string, Room>()
  readonly #pause = new Pause()
  #isSignedIn = false
  #running: AbortController | null = null
  #socket: PusherSocket | null = null
  #socketId: string | null = null
  #forgetting: ReturnType<typeof setTimeout> | undefined

  constructor(node: Node) {
    this.#node = node
  }

  /** Who is in the channel, oneself too; the same array until somebody came or went. Nobody while that is not known. */
  members(channel: string): readonly PresenceMember[] {
    return this.#rooms.get(channel)?.members ?? nobody
  }

  /** Is in the channel, for others to see, until unsubscribed. The listener is told when somebody came or went. */
  watch(channel: string, listener: () => void): Unsubscribe {
    const room = getOrAdd(this.#rooms, channel, () => {
      if (this.#socketId !== null) queueMicrotask(() => void this.#join(channel))
      return new Room()
    })
    const forget = room.listeners.add(listener)
    room.enter()
    this.#adjust()
    return () => {
      forget()
      room.leave()
      this.#release(channel, room)
    }
  }

  /** Somebody is signed in: they may be seen. */
  open(): void {
    this.#isSignedIn = true
    this.#adjust()
  }

  /** Nobody is signed in any longer. */
  close(): void {
    this.#isSignedIn = false
    this.#adjust()
    this.#forgetAll()
  }

  /** The network may be back. */
  nudge(): void {
    this.#pause.wake()
  }

  #release(channel: string, room: Room): void {
    if (room.isWatched || this.#rooms.get(channel) !== room) return
    this.#rooms.delete(channel)
    this.#socket?.send('pusher:unsubscribe', { channel })
    this.#adjust()
  }

  #adjust(): void {
    const isWanted = this.#isSignedIn && this.#rooms.size > 0
    if (isWanted && this.#running === null) {
      this.#running = new AbortController()
      void this.#run(this.#running.signal)
    } else if (!isWanted && this.#running !== null) {
      this.#running.abort()
      this.#running = null
      this.#socket?.close()
    }
  }

  async #run(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; failures++) {
      if (await this.#connect(signal).catch(() => false)) failures = 0
      if (!signal.aborted) await this.#pause.wait(backoff(failures), signal)
    }
  }

  /** One connection from its beginning to its end; true when the node had greeted it. */
  async #connect(signal: AbortSignal): Promise<boolean> {
    // Asked every time: where there is no answer, a socket in vain would make the browser hold the next ones back.
    const key = await this.#askKey(signal)
    if (key === null || signal.aborted) return false
    let isGreeted = false
    const socket = new PusherSocket(this.#node.appUrl(key), {
      established: (socketId) => {
        isGreeted = true
        this.#socketId = socketId
        clearTimeout(this.#forgetting)
        for (const channel of this.#rooms.keys()) void this.#join(channel)
      },
      event: (name, channel, data) => this.#rooms.get(channel)?.hear(name, data),
    })
    this.#socket = socket
    await socket.closed
    if (this.#socket === socket) {
      this.#socket = null
      this.#socketId = null
      this.#forgetting = setTimeout(() => this.#forgetAll(), grace)
    }
    return isGreeted
  }

  async #askKey(signal: AbortSignal): Promise<string | null> {
    const reply = await this.#node.ask('GET', '/api/realtime/client', undefined, signal)
    const key = reply.kind === 'ok' ? (reply.value as { key?: unknown } | undefined)?.key : undefined
    return typeof key === 'string' ? key : null
  }

  /** The node signs, and says as whom one comes. What it refuses stays empty until the next connection. */
  async #join(channel: string): Promise<void> {
    const { signal } = this.#running ?? {}
    const socketId = this.#socketId
    if (signal === undefined || socketId === null) return
    const asked = { socket_id: socketId, channel_name: channel }
    const reply = await this.#node.ask('POST', '/broadcasting/auth', asked, signal).catch(() => null)
    if (this.#socketId !== socketId || !this.#rooms.has(channel)) return
    if (reply?.kind === 'unreachable') this.#socket?.close()
    if (reply?.kind === 'ok') this.#socket?.send('pusher:subscribe', { ...(reply.value as object), channel })
  }

  #forgetAll(): void {
    clearTimeout(this.#forgetting)
    for (const room of this.#rooms.values()) room.forget()
  }
}
