import type { ConnectionState } from '../api.ts'
import type { Clock } from '../clock.ts'
import type { Device } from '../device.ts'
import type { NodeFrame } from '../protocol/messages.ts'
import { unreachable } from '../protocol/values.ts'
import { warn } from '../warn.ts'
import type { ConnectionMonitor } from './connection-monitor.ts'
import { FeedReader } from './feed-reader.ts'
import { LiveSocket } from './live-socket.ts'
import type { Node } from './node.ts'
import { type FlushEnd, OutboxFlush, type PushRoad } from './outbox-flush.ts'
import { backoff, Pause } from './wait.ts'

type End = 'lost' | 'again' | 'unreachable' | 'http_only' | 'sign_in_needed'

/** With a reason to think that the line is dead, a shorter silence proves it. */
const hintedAnswerWithin = 3_000
/** Who is still not in touch after so long is told so, while the try goes on: on a dead line it may take half a minute to fail. */
const inTouchWithin = 4_000
const pollEvery = 5_000
const signInPollEvery = 30_000

/**
 * Keeps one device in step with its node for as long as it runs.
 *
 *   connecting --welcome--> live --lost--> connecting
 *       |  \--no socket, but HTTP--> live over HTTP (a round every 5 s, or when something is to be sent)
 *       |  \--neither, or not within 4 s--> offline --after a pause, or woken--> connecting
 *       \--401--> sign in needed --after a sign-in--> connecting
 */
export class SyncLoop {
  readonly #node: Node
  readonly #device: Device
  readonly #clock: Clock
  readonly #connection: ConnectionMonitor
  readonly #reader: FeedReader
  readonly #flush: OutboxFlush
  readonly #pause = new Pause()
  #socket: LiveSocket | null = null
  #road: PushRoad | null = null
  #flushing: Promise<void> | null = null
  #hasMore = false
  #isPolling = false
  /** Tries in a row that did not get as far as being in step. */
  #failures = 0

  constructor(node: Node, device: Device, clock: Clock, connection: ConnectionMonitor) {
    this.#node = node
    this.#device = device
    this.#clock = clock
    this.#connection = connection
    this.#reader = new FeedReader(device, node, clock, () => this.#socket?.probe())
    this.#flush = new OutboxFlush(device, clock)
    device.outboxSaved.add(() => this.poke())
  }

  /** There is something to send. */
  poke(): void {
    if (this.#isPolling) this.#pause.wake()
    else this.#startFlush()
  }

  /** Something says the network may be back, or gone: look at once. */
  nudge(): void {
    this.#socket?.probe(hintedAnswerWithin)
    this.#pause.wake()
  }

  /** Returns when the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const late = setTimeout(() => {
        if (this.#connection.state.kind === 'connecting') this.#connection.set(this.#offline())
      }, inTouchWithin)
      const end = await this.#once(signal).catch(brokenOff(signal))
      clearTimeout(late)
      if (signal.aborted) return
      switch (end) {
        case 'again':
          continue
        case 'lost':
          // One that had caught up is tried again at once; one that never does is no better than none.
          this.#connection.set(this.#failures === 0 ? { kind: 'connecting' } : this.#offline())
          await this.#pause.wait(backoff(this.#failures++), signal)
          continue
        case 'http_only':
          this.#failures = 0
          this.#connection.set({ kind: 'live', via: 'http' })
          await this.#poll(signal)
          continue
        case 'sign_in_needed':
          this.#connection.set({ kind: 'sign_in_needed' })
          await this.#pause.wait(signInPollEvery, signal)
          continue
        case 'unreachable':
          this.#connection.set(this.#offline())
          await this.#pause.wait(backoff(this.#failures++), signal)
          continue
        default:
          unreachable(end)
      }
    }
  }

  /** One life of a socket; or one round over HTTP when no socket can be had. */
  async #once(signal: AbortSignal): Promise<End> {
    // Who opens sockets in vain is made to wait by the browser, longer each time. Requests are not.
    if (this.#failures > 1 && (await this.#node.me(signal)).kind === 'unreachable') return 'unreachable'
    let greeted = false
    let end: End | null = null
    let greetedAs = ''
    const socket = new LiveSocket(
      this.#node.socketUrl,
      () => {
        greetedAs = this.#device.id
        return {
          type: 'hello',
          device: greetedAs,
          cursors: this.#reader.cursors(),
          ...this.#device.introduction,
        }
      },
      async (frame) => {
        if (frame.type === 'welcome') greeted = true
        // What was asked for under a former id says nothing of this one.
        const isFormer = frame.type === 'last_word' && this.#device.id !== greetedAs
        const over = isFormer ? null : await this.#handle(frame, socket, signal)
        if (over === null && this.#device.id === greetedAs) return
        end = over ?? 'again'
        socket.close()
      },
    )
    this.#socket = socket
    const abort = () => socket.close()
    signal.addEventListener('abort', abort)
    const { code } = await socket.closed
    signal.removeEventListener('abort', abort)
    this.#socket = null
    this.#road = null
    await this.#flushing
    if (signal.aborted) return 'lost'
    if (end !== null) return end
    if (code === 4401) return 'sign_in_needed'
    if (code === 4413) this.#flush.sendLess()
    return greeted ? 'lost' : this.#overHttp(signal)
  }

  /** Null when the socket goes on. */
  async #handle(frame: NodeFrame, socket: LiveSocket, signal: AbortSignal): Promise<End | null> {
    switch (frame.type) {
      case 'welcome': {
        this.#clock.correct(frame.time, this.#clock.raw())
        this.#connection.set({ kind: 'live', via: 'socket' })
        this.#road = { isRead: true, push: (request) => socket.push(request) }
        this.#startFlush()
        const reply = await this.#reader.welcome(frame, signal)
        if (reply.kind === 'ok') this.#failures = 0
        socket.probe() // Its pong comes after the pages that were missed.
        return reply.kind === 'ok' ? null : 'lost'
      }
      case 'page': {
        const reply = await this.#reader.takeLive(frame.page, signal)
        return reply.kind === 'ok' ? null : 'lost'
      }
      case 'pong':
        this.#clock.correct(frame.time, this.#clock.raw())
        if (this.#device.isLoaded) this.#device.replica.setConfirmed(true)
        await this.#reader.checkLate(signal)
        return null
      case 'last_word':
        await this.#device.hearWord(frame, this.#device.id)
        return null
      case 'error':
        if (frame.code === 'token_invalid' || frame.code === 'not_signed_in') return 'sign_in_needed'
        if (frame.code !== 'cursor_invalid') return null
        return (await this.#reader.catchUp(signal)).kind === 'ok' ? 'again' : 'lost'
      case 'pushed':
      case 'refused':
        return null
      default:
        return unreachable(frame)
    }
  }

  async #overHttp(signal: AbortSignal): Promise<End> {
    const road: PushRoad = { isRead: false, push: (request) => this.#node.push(request, signal) }
    const flushed = await this.#flush.run(road, signal)
    // A dead line takes its time to fail: it is not asked twice.
    if (flushed === 'sign_in_needed' || flushed === 'unreachable') return flushed
    const askedAs = this.#device.id
    const reply = await this.#reader.catchUp(signal)
    if (reply.kind === 'ok' && this.#device.id !== askedAs) return 'again'
    if (reply.kind === 'ok') return flushed === 'retry' ? 'unreachable' : 'http_only'
    if (reply.kind === 'refused' && reply.refusal.status === 401) return 'sign_in_needed'
    return 'unreachable'
  }

  /** Rounds over HTTP for half a minute; then a socket is tried again. */
  async #poll(signal: AbortSignal): Promise<void> {
    this.#isPolling = true
    for (let round = 0; round < 6 && !signal.aborted; round++) {
      await this.#pause.wait(pollEvery, signal)
      if (signal.aborted || (await this.#overHttp(signal).catch(brokenOff(signal))) !== 'http_only') break
    }
    this.#isPolling = false
  }

  #offline(): ConnectionState {
    return { kind: 'offline', since: new Date(this.#clock.raw()) }
  }

  #startFlush(): void {
    this.#hasMore = true
    this.#flushing ??= this.#flushAll().finally(() => {
      this.#flushing = null
    })
  }

  /** One flush at a time; what is asked for meanwhile is done by the same one. */
  async #flushAll(): Promise<void> {
    while (this.#hasMore && this.#road !== null) {
      this.#hasMore = false
      const end = await this.#flush.run(this.#road, neverAborted).catch((error: unknown): FlushEnd => {
        warn('the outbox could not be sent', error)
        return 'retry'
      })
      this.#endFlush(end)
    }
  }

  #endFlush(end: FlushEnd): void {
    if (end === 'empty') return
    if (end === 'sign_in_needed') this.#socket?.close(4401)
    else if (end === 'new_device') this.#socket?.close()
    else this.#retryLater()
  }

  #retryLater(): void {
    const road = this.#road
    setTimeout(() => {
      if (road !== null && this.#road === road) this.#startFlush()
    }, backoff(1))
  }
}

const neverAborted = new AbortController().signal

function brokenOff(signal: AbortSignal): (error: unknown) => End {
  return (error) => {
    if (!signal.aborted) warn('a round broke off', error)
    return 'unreachable'
  }
}
