import type { DeviceFrame, NodeFrame, PushReply, PushRequest } from '../protocol/messages.ts'
import { parseFrame } from '../protocol/parse.ts'
import { warn } from '../warn.ts'
import type { Reply } from './node.ts'

/** Why the socket ended: the node's close code, or 0 when this device gave up waiting. */
export interface Closed {
  readonly code: number
}

const pingEvery = 15_000
const answerWithin = 10_000

/**
 * One live socket. Frames are handled one after another: a `pushed` is taken only when the pages before it have been.
 * Every 15 s it asks for a sign of life; without one within 10 s it is over, whatever the browser believes.
 */
export class LiveSocket {
  /** Resolves when the socket is over. Never rejects. */
  readonly closed: Promise<Closed>
  readonly #socket: WebSocket
  readonly #pushes = new Map<number, (reply: Reply<PushReply>) => void>()
  #over!: (closed: Closed) => void
  #isOver = false
  #pushCount = 0
  /** Pushes of which no answer has come in yet; one that came in may still lie behind pages that are being written. */
  #unheard = 0
  #inbox: Promise<void> = Promise.resolve()
  #pingTimer: ReturnType<typeof setTimeout> | undefined
  #deadline: ReturnType<typeof setTimeout> | undefined

  constructor(url: string, hello: () => DeviceFrame, handle: (frame: NodeFrame) => Promise<void>) {
    this.closed = new Promise((resolve) => {
      this.#over = resolve
    })
    this.#socket = new WebSocket(url)
    this.#socket.onopen = () => this.#send(hello())
    this.#socket.onmessage = (event) => this.#receive(String(event.data), handle)
    this.#socket.onerror = () => {} // What follows it, onclose, says all there is.
    this.#socket.onclose = (event) => this.#finish(event.code)
    this.#expectAnswer()
  }

  push(request: PushRequest): Promise<Reply<PushReply>> {
    if (this.#isOver) return Promise.resolve({ kind: 'unreachable' })
    const id = ++this.#pushCount
    return new Promise((resolve) => {
      this.#pushes.set(id, resolve)
      this.#send({ type: 'push', id, ...request })
      this.#unheard += 1
      this.#expectAnswer()
    })
  }

  /** Asks for a sign of life at once. */
  probe(within: number = answerWithin): void {
    if (this.#isOver || this.#socket.readyState !== WebSocket.OPEN) return
    this.#send({ type: 'ping' })
    if (within < answerWithin) this.#clearDeadline()
    this.#expectAnswer(within)
  }

  close(code = 1000): void {
    this.#finish(code)
  }

  #receive(data: string, handle: (frame: NodeFrame) => Promise<void>): void {
    this.#clearDeadline()
    clearTimeout(this.#pingTimer)
    this.#pingTimer = setTimeout(() => this.probe(), pingEvery)
    try {
      const frame = parseFrame(data)
      if (frame?.type === 'pushed' || frame?.type === 'refused')
        this.#unheard = Math.max(0, this.#unheard - 1)
      if (this.#unheard > 0) this.#expectAnswer()
      if (frame !== undefined) this.#inbox = this.#inbox.then(() => this.#work(frame, handle))
    } catch (error) {
      this.#giveUp(error)
    }
  }

  async #work(frame: NodeFrame, handle: (frame: NodeFrame) => Promise<void>): Promise<void> {
    if (this.#isOver) return
    try {
      this.#answer(frame)
      await handle(frame)
    } catch (error) {
      this.#giveUp(error)
    }
  }

  #giveUp(error: unknown): void {
    if (!this.#isOver) warn('the live socket is given up', error)
    this.#finish(0)
  }

  #answer(frame: NodeFrame): void {
    if (frame.type === 'pushed') {
      const { incarnation, epoch, outcomes, time } = frame
      this.#settle(frame.id, { kind: 'ok', value: { incarnation, epoch, outcomes, time } })
    } else if (frame.type === 'refused') {
      const { type: _, id, ...refusal } = frame
      this.#settle(id, { kind: 'refused', refusal })
    }
  }

  /** A push the node could not read is refused without its number; it is then the one under way. */
  #settle(id: number, reply: Reply<PushReply>): void {
    const [underWay] = this.#pushes.keys()
    const answered = this.#pushes.has(id) ? id : underWay
    if (answered === undefined) return
    this.#pushes.get(answered)?.(reply)
    this.#pushes.delete(answered)
  }

  #send(frame: DeviceFrame): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame))
  }

  #expectAnswer(within = answerWithin): void {
    this.#deadline ??= setTimeout(() => this.#finish(0), within)
  }

  #clearDeadline(): void {
    clearTimeout(this.#deadline)
    this.#deadline = undefined
  }

  /** Ends it without waiting for the peer: a dead line answers no close. */
  #finish(code: number): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#clearDeadline()
    clearTimeout(this.#pingTimer)
    this.#socket.onclose = null
    this.#socket.onmessage = null
    this.#socket.close()
    for (const resolve of this.#pushes.values()) resolve({ kind: 'unreachable' })
    this.#pushes.clear()
    this.#over({ code })
  }
}
