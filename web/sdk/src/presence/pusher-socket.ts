const answerWithin = 10_000
const usualActivity = 30_000

/** What is done with what comes in. */
export interface PusherHandlers {
  readonly established: (socketId: string) => void
  readonly event: (name: string, channel: string, data: unknown) => void
}

/**
 * One socket that speaks the Pusher protocol, version 7, as far as presence needs it. After as much silence as the node allows it
 * asks for a sign of life; without one within 10 s it is over, whatever the browser believes.
 */
export class PusherSocket {
  /** Resolves when the socket is over. Never rejects. */
  readonly closed: Promise<void>
  readonly #socket: WebSocket
  readonly #handlers: PusherHandlers
  #over!: () => void
  #activity = usualActivity
  #timer: ReturnType<typeof setTimeout>

  constructor(url: string, handlers: PusherHandlers) {
    this.closed = new Promise((resolve) => {
      this.#over = resolve
    })
    this.#handlers = handlers
    this.#socket = new WebSocket(url)
    this.#socket.onmessage = (event) => this.#receive(String(event.data))
    this.#socket.onerror = () => {} // What follows it, onclose, says all there is.
    this.#socket.onclose = () => this.#finish()
    this.#timer = setTimeout(() => this.#finish(), answerWithin)
  }

  send(event: string, data: unknown): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify({ event, data }))
  }

  close(): void {
    this.#finish()
  }

  #receive(text: string): void {
    this.#restart(this.#activity, () => this.#probe())
    const frame = parsed(text)
    const data = typeof frame.data === 'string' ? parsed(frame.data) : frame.data
    switch (frame.event) {
      case 'pusher:connection_established':
        this.#greeted(data)
        break
      case 'pusher:ping':
        this.send('pusher:pong', {})
        break
      default:
        this.#handlers.event(String(frame.event), String(frame.channel ?? ''), data)
    }
  }

  #greeted(data: unknown): void {
    const { socket_id, activity_timeout } = data as { socket_id?: unknown; activity_timeout?: unknown }
    if (typeof activity_timeout === 'number' && activity_timeout > 0) this.#activity = activity_timeout * 1000
    this.#restart(this.#activity, () => this.#probe())
    this.#handlers.established(String(socket_id))
  }

  #probe(): void {
    this.send('pusher:ping', {})
    this.#restart(answerWithin, () => this.#finish())
  }

  #restart(after: number, run: () => void): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(run, after)
  }

  /** Ends it without waiting for the peer: a dead line answers no close. */
  #finish(): void {
    clearTimeout(this.#timer)
    this.#socket.onclose = null
    this.#socket.onmessage = null
    this.#socket.close()
    this.#over()
  }
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value = JSON.parse(text) as unknown
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
