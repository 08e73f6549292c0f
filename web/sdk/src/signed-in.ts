import type { JournalImport, RejectedMutation, SessionState, Unsubscribe, User } from './api.ts'
import type { Clock } from './clock.ts'
import { Device } from './device.ts'
import { uuidv7 } from './ids.ts'
import type { ConnectionMonitor } from './live/connection-monitor.ts'
import type { Node } from './live/node.ts'
import { SyncLoop } from './live/sync-loop.ts'
import { Pause } from './live/wait.ts'
import { readJournal, writeJournal } from './outbox/journal.ts'
import { takeOver } from './outbox/take-over.ts'
import type { SharedPresence } from './presence/shared-presence.ts'
import type { DeviceDatabase } from './store/databases.ts'
import { Reserve } from './store/reserve.ts'
import type { StorageMonitor } from './store/storage-monitor.ts'
import { type TabNews, Tabs } from './tabs/tabs.ts'
import { warn } from './warn.ts'

/** What a client has whoever is signed in. */
export interface Surroundings {
  readonly name: string
  readonly node: Node
  readonly clock: Clock
  readonly connection: ConnectionMonitor
  readonly presence: SharedPresence
  readonly storage: StorageMonitor
}

/** So often the leader looks for what another tab saved and could not tell of. */
const lookEvery = 15_000

/** One person's device while they are signed in, in step with the other tabs; and with the node when this tab leads. */
export class SignedIn {
  readonly device: Device
  readonly #user: User
  readonly #db: DeviceDatabase
  readonly #around: Surroundings
  readonly #tabs: Tabs
  readonly #loop: SyncLoop
  readonly #abort = new AbortController()
  readonly #forget: Unsubscribe
  readonly #running: Promise<void>
  /** News is followed one after another, in the order it was posted. */
  #hearing: Promise<void> = Promise.resolve()

  private constructor(
    { user, db }: { readonly user: User; readonly db: DeviceDatabase },
    around: Surroundings,
    device: Device,
    tabs: Tabs,
  ) {
    this.#user = user
    this.#db = db
    this.#around = around
    this.device = device
    this.#tabs = tabs
    this.#loop = new SyncLoop(around.node, device, around.clock, around.connection)
    device.replica.confirmedChanged.add(() => this.tellTabs())
    this.#forget = around.connection.subscribe(() => this.tellTabs())
    around.presence.open(tabs.id, {
      look: (channels) => tabs.post({ kind: 'look', tab: tabs.id, channels }),
      members: (channel, members) => tabs.post({ kind: 'members', channel, members }),
    })
    tabs.post({ kind: 'hello', tab: tabs.id })
    this.#running = tabs.lead(this.#abort.signal, (leading, hasWaited) => this.#lead(leading, hasWaited))
  }

  static async open(around: Surroundings, db: DeviceDatabase, { user }: SessionState): Promise<SignedIn> {
    const names = { name: around.name, user: user.id }
    const early: TabNews[] = []
    let hear = (news: TabNews): void => void early.push(news)
    const id = uuidv7(around.clock.raw())
    const tabs = new Tabs({ name: `${names.name}:${names.user}`, id, db }, (news) => hear(news))
    const device = await Device.open(names, db, { ...around, reserve: new Reserve(db) }, (news) =>
      tabs.post(news),
    )
    const signedIn = new SignedIn({ user, db }, around, device, tabs)
    hear = (news) => signedIn.#hear(news)
    for (const news of early) hear(news)
    return signedIn
  }

  /** The network may be back, or gone: whoever leads looks at once. */
  nudge(): void {
    this.#loop.nudge()
    this.#tabs.post({ kind: 'nudge' })
  }

  /** Says how things stand, when this tab knows. */
  tellTabs(): void {
    if (!this.#tabs.isLeader) return
    const { clock, connection } = this.#around
    const { isConfirmed } = this.device.replica
    this.#tabs.post({
      kind: 'connection',
      state: connection.state,
      isConfirmed,
      clockOffset: clock.offset,
    })
  }

  async dismiss(id: string): Promise<void> {
    await this.device.outbox.dismiss(id)
    await this.device.outboxWritten()
  }

  /** Gives a rejected mutation to the node's tray; only then it leaves this device's. */
  async handOver({ id, mutation, code, reason }: RejectedMutation, note: string): Promise<void> {
    const asked = { mutation, code, reason, note }
    const reply = await this.#around.node.ask('POST', '/api/tray', asked, this.#abort.signal)
    if (reply.kind === 'unreachable') throw new Error('The node cannot be reached; it is kept here')
    if (reply.kind === 'refused') throw new Error(reply.refusal.message)
    await this.dismiss(id)
  }

  async exportJournal(): Promise<Blob> {
    const { device, entries, tray } = await this.device.outbox.load()
    const waiting = entries.filter((entry) => entry.state === 'waiting')
    return writeJournal(
      { mutations: waiting.map((entry) => entry.mutation), rejected: tray },
      { user: this.#user, device: device.device, at: new Date(this.#around.clock.now()) },
    )
  }

  async importJournal(journal: Blob): Promise<JournalImport> {
    const content = await readJournal(journal)
    const into = { db: this.#db, user: this.#user.id, clock: this.#around.clock }
    const added = await takeOver(into, content)
    await this.device.outboxWritten()
    this.#loop.poke()
    return { added, known: content.mutations.length - added }
  }

  async close(): Promise<void> {
    this.#abort.abort()
    this.#forget()
    this.#around.presence.close()
    await this.#running.catch((error: unknown) => warn('the connection ended badly', error))
    await this.#hearing
    this.#tabs.close()
    this.device.close()
  }

  async #lead(leading: AbortSignal, hasWaited: boolean): Promise<void> {
    if (hasWaited) await this.device.catchUpWithDisk()
    if (leading.aborted) return
    this.#around.presence.lead(leading)
    void this.#lookForUntold(leading)
    await this.#loop.run(leading)
  }

  /** A tab may be gone between its saving and its saying so. */
  async #lookForUntold(leading: AbortSignal): Promise<void> {
    const pause = new Pause()
    while (!leading.aborted) {
      await pause.wait(lookEvery, leading)
      if (!leading.aborted && (await this.device.hasUntold())) await this.#readOutbox()
    }
  }

  async #readOutbox(): Promise<void> {
    await this.device.reloadOutbox()
    this.#loop.poke()
  }

  #hear(news: TabNews): void {
    if (this.#abort.signal.aborted) return
    this.#hearing = this.#hearing
      .then(() => this.#follow(news))
      .catch((error: unknown) => warn('another tab was not followed', error))
  }

  async #follow(news: TabNews): Promise<void> {
    const { presence, connection, clock } = this.#around
    switch (news.kind) {
      case 'hello':
        return this.tellTabs()
      case 'leading':
        return presence.look()
      case 'bye':
        presence.want(news.tab, [])
        if (this.#tabs.isLeader) await this.#readOutbox()
        return
      case 'look':
        if (this.#tabs.isLeader) presence.want(news.tab, news.channels)
        return
      case 'members':
        if (!this.#tabs.isLeader) presence.hear(news.channel, news.members)
        return
      case 'nudge':
        presence.nudge()
        this.#loop.nudge()
        return
      case 'connection':
        if (this.#tabs.isLeader) return
        clock.follow(news.clockOffset)
        connection.set(news.state)
        this.device.replica.setConfirmed(news.isConfirmed)
        return
      case 'outbox':
        await this.device.hear(news)
        if (this.#tabs.isLeader) this.#loop.poke()
        return
      case 'ping':
      case 'pong':
        return
      default:
        if (!this.#tabs.isLeader) await this.device.hear(news)
    }
  }
}
