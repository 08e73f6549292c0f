import type { Clock } from '../clock.ts'
import type { Device } from '../device.ts'
import type { PushReply, PushRequest, Refusal } from '../protocol/messages.ts'
import type { OutboxEntry } from '../store/databases.ts'
import type { Reply } from './node.ts'
import { Pause } from './wait.ts'

/** How a push reaches the node. `isRead`: what it changes has been read when the answer comes. */
export interface PushRoad {
  readonly isRead: boolean
  push(request: PushRequest): Promise<Reply<PushReply>>
}

/** `new_device`: what waits was renumbered; the node must be greeted again under the new id. */
export type FlushEnd = 'empty' | 'retry' | 'unreachable' | 'sign_in_needed' | 'new_device'

const largestBatch = 100
const pauseAfterPart = 500

/** Sends the outbox, oldest first, one batch at a time. Only an answer takes a mutation off. */
export class OutboxFlush {
  readonly #device: Device
  readonly #clock: Clock
  readonly #pause = new Pause()
  #size = largestBatch

  constructor(device: Device, clock: Clock) {
    this.#device = device
    this.#clock = clock
  }

  async run(road: PushRoad, signal: AbortSignal): Promise<FlushEnd> {
    while (!signal.aborted) {
      const batch = this.#device.batch(this.#size)
      const { device, entries } = batch
      if (entries.length === 0) return 'empty'
      const askedAt = this.#clock.raw()
      this.#device.noteLine(batch, true)
      const mutations = entries.map((entry) => entry.mutation)
      const reply = await road.push({ incarnation: device.incarnation, mutations })
      if (reply.kind !== 'ok') this.#device.noteLine(batch, false)
      if (reply.kind === 'unreachable') return reply.kind
      if (reply.kind === 'refused') {
        const end = await this.#refused(reply.refusal, entries)
        if (end !== 'again') return end
        continue
      }
      this.#clock.correct(reply.value.time, askedAt)
      await this.#device.settle(batch, reply.value, road.isRead)
      if (this.#device.isFromBefore(reply.value.epoch)) {
        await this.#device.becomeNewDevice({ isRestored: true })
        return 'new_device'
      }
      if (reply.value.outcomes.length === 0) return 'retry'
      if (reply.value.outcomes.length < entries.length) await this.#pause.wait(pauseAfterPart, signal)
      else this.#size = Math.min(largestBatch, this.#size * 2)
    }
    return 'retry'
  }

  /** After the socket was closed over a frame that was too large. */
  sendLess(): void {
    this.#size = Math.max(1, this.#size >> 1)
  }

  async #refused(refusal: Refusal, entries: readonly OutboxEntry[]): Promise<FlushEnd | 'again'> {
    const { status, code, message, isTransient } = refusal
    if (status === 401 || status === 403) return 'sign_in_needed'
    if (code === 'number_gap' || code === 'device_cloned') {
      // A gap below what the node has answered for: it is an older copy and has lost some of that.
      const isRestored = (refusal.expected ?? Number.POSITIVE_INFINITY) <= this.#device.lastAnswered
      await this.#device.becomeNewDevice({ isRestored })
      return 'new_device'
    }
    const isUnreadable = status === 400 || status === 413 || status === 422
    if (isTransient || !isUnreadable) {
      this.#device.noteTrouble(code, message)
      return 'retry'
    }

    // Something in this batch cannot be read: halve it until it is found, and put that aside.
    const [first] = entries
    if (entries.length > 1 || first === undefined) {
      this.#size = Math.max(1, entries.length >> 1)
      return 'again'
    }
    await this.#device.outbox.park(first, { kind: 'rejected', code, reason: message })
    await this.#device.outboxWritten()
    return 'again'
  }
}
