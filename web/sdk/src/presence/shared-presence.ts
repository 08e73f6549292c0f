import type { Unsubscribe } from '../api.ts'
import { getOrAdd } from '../get-or-add.ts'
import type { Presence } from './presence.ts'
import { nobody, type PresenceMember, Room } from './room.ts'

/** Who leaves a channel and comes back at once, as a screen that is drawn anew does, has not left. */
const linger = 150

/** What it says to the other tabs. */
export interface PresencePosts {
  look(channels: readonly string[]): void
  members(channel: string, members: readonly PresenceMember[]): void
}

/**
 * Who is there, in every tab of the profile, by the one socket of the tab that leads: each tab says which channels it watches, the
 * leader is in all of them and passes on who is there.
 */
export class SharedPresence {
  readonly #line: Presence
  readonly #rooms = new Map<string, Room>()
  /** In the leader: what the tabs watch, by tab. */
  readonly #wanted = new Map<string, Map<string, Unsubscribe>>()
  #posts: PresencePosts | null = null
  #tab = ''
  #isLeader = false

  constructor(line: Presence) {
    this.#line = line
  }

  /** Who is in the channel, oneself too; the same array until somebody came or went. Nobody while that is not known. */
  members(channel: string): readonly PresenceMember[] {
    return this.#rooms.get(channel)?.members ?? nobody
  }

  /** Is in the channel, for others to see, until unsubscribed. The listener is told when somebody came or went. */
  watch(channel: string, listener: () => void): Unsubscribe {
    const isNew = !this.#rooms.has(channel)
    const room = getOrAdd(this.#rooms, channel, () => new Room())
    const forget = room.listeners.add(listener)
    room.enter()
    if (isNew) this.look()
    return () => {
      forget()
      room.leave()
      setTimeout(() => this.#release(channel, room), linger)
    }
  }

  /** Somebody is signed in, in this tab among others. */
  open(tab: string, posts: PresencePosts): void {
    this.#tab = tab
    this.#posts = posts
    this.look()
  }

  /** Nobody is signed in here any longer. */
  close(): void {
    this.#posts = null
    for (const room of this.#rooms.values()) room.forget()
  }

  /** This tab leads until the signal ends. */
  lead(leading: AbortSignal): void {
    this.#isLeader = true
    this.#line.open()
    this.look()
    leading.addEventListener('abort', () => {
      this.#isLeader = false
      for (const tab of [...this.#wanted.keys()]) this.want(tab, [])
      this.#line.close()
    })
  }

  /** Says which channels this tab watches. */
  look(): void {
    const channels = [...this.#rooms.keys()]
    if (this.#isLeader) this.want(this.#tab, channels)
    else this.#posts?.look(channels)
  }

  /** In the leader: the channels that a tab watches, all of them. */
  want(tab: string, channels: readonly string[]): void {
    const wanted = getOrAdd(this.#wanted, tab, () => new Map<string, Unsubscribe>())
    for (const [channel, leave] of [...wanted]) {
      if (channels.includes(channel)) continue
      wanted.delete(channel)
      leave()
    }
    if (channels.length === 0) this.#wanted.delete(tab)
    if (!this.#isLeader) return
    for (const channel of channels) {
      if (!wanted.has(channel))
        wanted.set(
          channel,
          this.#line.watch(channel, () => this.#pass(channel)),
        )
      this.#pass(channel)
    }
  }

  /** Who is in a channel, as the leader says. */
  hear(channel: string, members: readonly PresenceMember[]): void {
    this.#rooms.get(channel)?.show(members)
  }

  /** The network may be back. */
  nudge(): void {
    this.#line.nudge()
  }

  #pass(channel: string): void {
    const members = this.#line.members(channel)
    this.hear(channel, members)
    this.#posts?.members(channel, members)
  }

  #release(channel: string, room: Room): void {
    if (room.isWatched || this.#rooms.get(channel) !== room) return
    this.#rooms.delete(channel)
    this.look()
  }
}
