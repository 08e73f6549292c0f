export type TailKind =
  | 'connected'
  | 'disconnected'
  | 'dropped'
  | 'subscribed'
  | 'unsubscribed'
  | 'published'
  | 'client_event'
  | 'member_added'
  | 'member_removed'
  | 'occupied'
  | 'vacated'
  | 'cache_miss'

export interface TailLine {
  /** Counts lines on this page. */
  readonly n: number
  readonly at: string
  readonly kind: TailKind
  readonly app: string
  readonly channel?: string
  readonly event?: string
  readonly socketId?: string
  readonly user?: string
  readonly size?: number
  readonly data?: string
  readonly lost?: number
}

export interface TailState {
  readonly kind: 'connecting' | 'live' | 'refused'
  readonly isPaused: boolean
  /** The newest first. */
  readonly lines: readonly TailLine[]
  /** How many came since the pause. */
  readonly held: number
}

export interface TailFilter {
  readonly app: string
  readonly channel: string
  readonly event: string
}

/** The part of the browser's EventSource that is used. */
export interface Source {
  onopen: (() => void) | null
  onmessage: ((message: { data: string }) => void) | null
  onerror: (() => void) | null
  readonly readyState: number
  close(): void
}

const mostLines = 300
const seldom = 150
const closed = 2
const nothing: TailState = { kind: 'connecting', isPaused: false, lines: [], held: 0 }

/**
 * What happens on the node, as it happens. While paused lines are kept aside and not shown. However many come, whoever listens is
 * told a few times a second.
 */
export class Tail {
  readonly #open: (address: string) => Source
  readonly #listeners = new Set<() => void>()
  #source: Source | null = null
  #state = nothing
  #aside: TailLine[] = []
  #fresh: TailLine[] = []
  #timer: ReturnType<typeof setTimeout> | undefined
  #count = 0

  constructor(open: (address: string) => Source = (address) => new EventSource(address) as Source) {
    this.#open = open
  }

  get state(): TailState {
    return this.#state
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Looks on with this filter; what was shown with another one stays. */
  follow(filter: TailFilter): void {
    this.#source?.close()
    const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== ''))
    const source = this.#open(`/api/realtime/tail?${query}`)
    this.#source = source
    source.onopen = () => this.#show({ kind: 'live' })
    source.onmessage = ({ data }) => this.#take(data)
    source.onerror = () => this.#show({ kind: source.readyState === closed ? 'refused' : 'connecting' })
    this.#show({ kind: 'connecting' })
  }

  pause(): void {
    this.#flush()
    this.#show({ isPaused: true })
  }

  resume(): void {
    const lines = [...this.#aside.reverse(), ...this.#state.lines].slice(0, mostLines)
    this.#aside = []
    this.#show({ isPaused: false, held: 0, lines })
  }

  clear(): void {
    this.#aside = []
    this.#fresh = []
    this.#show({ lines: [], held: 0 })
  }

  close(): void {
    this.#source?.close()
    this.#source = null
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #take(data: string): void {
    const line = { ...(JSON.parse(data) as Omit<TailLine, 'n'>), n: ++this.#count }
    if (this.#state.isPaused) {
      this.#aside = [...this.#aside, line].slice(-mostLines)
    } else {
      this.#fresh = [...this.#fresh, line].slice(-mostLines)
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#flush()
    }, seldom)
  }

  #flush(): void {
    const lines = [...this.#fresh.reverse(), ...this.#state.lines].slice(0, mostLines)
    this.#fresh = []
    this.#show({ lines, held: this.#aside.length })
  }

  #show(change: Partial<TailState>): void {
    this.#state = { ...this.#state, ...change }
    for (const listener of [...this.#listeners]) listener()
  }
}
