/** `wanted`: somebody asked for it, and it comes as soon as the sale is over. */
export type UpdateState = 'current' | 'ready' | 'wanted' | 'taking'

/** What the page knows and an update has to respect. */
export interface UpdateHost {
  /** False while goods lie in the cart or sales are on the line. */
  isFree(): boolean
  /** True while something is open that a reload would close: a dialog, a form. */
  isBusy(): boolean
  /** Whether what this worker brought is another version than is served, and none that was set aside. */
  isNews(bringer: ServiceWorker): Promise<boolean>
  /** Has the version served that this worker brought, from the next load on. */
  serve(bringer: ServiceWorker): Promise<boolean>
  reload(): void
  now(): number
}

const checkEvery = 30 * 60_000
const checkAtMostEvery = 60_000
const quietFor = 5_000
/** So long after the last touch it is taken without being asked for. */
const idleFor = 5 * 60_000

/**
 * Notices a new version of the app and takes it when that disturbs nobody.
 *
 *   current ─► ready ─► (asked for) ─► wanted ─► (no sale, nothing open) ─► taking ─► the page is loaded again
 *                └─► (no sale, nothing open, nobody near for minutes; or just started) ──┘
 */
export class Updates {
  readonly #host: UpdateHost
  readonly #listeners = new Set<() => void>()
  #state: UpdateState = 'current'
  #shown: UpdateState = 'current'
  #registration: ServiceWorkerRegistration | null = null
  #touchedAt: number
  #checkedAt: number
  /** It waited when the page was opened, and nobody has begun anything there. */
  #isUntouched = false

  constructor(host: UpdateHost) {
    this.#host = host
    this.#touchedAt = host.now()
    this.#checkedAt = host.now()
  }

  /** What the screen says. An offer comes up only when nothing has been touched for a moment: it moves the page. */
  get shown(): UpdateState {
    return this.#shown
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** `isControlled`: a worker served this page, so that another one is another version and not the first. */
  follow(registration: ServiceWorkerRegistration, isControlled: boolean): void {
    this.#registration = registration
    if (isControlled && registration.waiting) void this.#consider(registration.waiting, true)
    registration.addEventListener('updatefound', () => {
      const installing = registration.installing
      installing?.addEventListener('statechange', () => {
        if (installing.state === 'installed' && registration.active) void this.#consider(installing, false)
      })
    })
  }

  /** Another tab took the version; this one still shows the one before. */
  takenElsewhere(): void {
    if (this.#state === 'current') this.#set('ready')
  }

  touched(): void {
    this.#isUntouched = false
    this.#touchedAt = this.#host.now()
  }

  /** Asks the server whether there is a new version; not more often than once a minute. */
  check(): void {
    if (this.#host.now() - this.#checkedAt < checkAtMostEvery) return
    this.#checkedAt = this.#host.now()
    void this.#registration?.update().catch(() => undefined)
  }

  /** Somebody wants it: at once, or as soon as the sale is over. */
  want(): void {
    if (this.#host.isFree()) this.#take()
    else this.#set('wanted')
  }

  /** Looks whether its time has come. */
  tick(): void {
    if (this.#host.now() - this.#checkedAt >= checkEvery) this.check()
    if (this.#state !== 'ready' && this.#state !== 'wanted') return
    const patience = this.#state === 'wanted' ? quietFor : idleFor
    const isLeftAlone = this.#isUntouched || this.#host.now() - this.#touchedAt >= patience
    const isOpen = !this.#isUntouched && this.#host.isBusy()
    if (isLeftAlone && this.#host.isFree() && !isOpen) this.#take()
    else if (this.#host.now() - this.#touchedAt >= quietFor) this.#show()
  }

  async #consider(bringer: ServiceWorker, isUntouched: boolean): Promise<void> {
    if (!(await this.#host.isNews(bringer))) return
    if (this.#state === 'current') this.#set('ready')
    this.#isUntouched = isUntouched
    this.tick()
  }

  #take(): void {
    this.#set('taking')
    const waiting = this.#registration?.waiting
    const served = waiting ? this.#host.serve(waiting) : Promise.resolve(true)
    void served.then((isServed) => (isServed ? this.#host.reload() : this.#set('current')))
  }

  #set(state: UpdateState): void {
    this.#state = state
    if (state !== 'ready') this.#show()
  }

  #show(): void {
    if (this.#shown === this.#state) return
    this.#shown = this.#state
    for (const listener of this.#listeners) listener()
  }
}
