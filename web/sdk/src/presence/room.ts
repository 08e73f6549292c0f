import { Listeners } from '../listeners.ts'

/** Somebody in a presence channel: a person counts once, however many devices they have there. */
export interface PresenceMember {
  readonly id: string
  readonly name: string
  readonly role: string
}

export const nobody: readonly PresenceMember[] = Object.freeze([])

/** One presence channel as this device sees it. */
export class Room {
  readonly listeners = new Listeners()
  #watchers = 0
  #members: readonly PresenceMember[] = nobody

  /** By name; the same array until somebody came or went. */
  get members(): readonly PresenceMember[] {
    return this.#members
  }

  get isWatched(): boolean {
    return this.#watchers > 0
  }

  enter(): void {
    this.#watchers++
  }

  leave(): void {
    this.#watchers--
  }

  /** Takes in what the node says of this channel. */
  hear(event: string, data: unknown): void {
    switch (event) {
      case 'pusher_internal:subscription_succeeded':
        this.show(rosterOf(data))
        break
      case 'pusher_internal:member_added': {
        const came = memberOf(data)
        this.show([...this.#members.filter(({ id }) => id !== came.id), came])
        break
      }
      case 'pusher_internal:member_removed': {
        const gone = memberOf(data)
        this.show(this.#members.filter(({ id }) => id !== gone.id))
        break
      }
    }
  }

  /** Nothing is known any longer. */
  forget(): void {
    this.show(nobody)
  }

  /** Shows these. */
  show(members: readonly PresenceMember[]): void {
    const sorted = [...members].sort((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1))
    const isSame = (a: PresenceMember, b: PresenceMember | undefined) =>
      a.id === b?.id && a.name === b.name && a.role === b.role
    if (sorted.length === this.#members.length && sorted.every((one, i) => isSame(one, this.#members[i])))
      return
    this.#members = Object.freeze(sorted)
    this.listeners.tell()
  }
}

function rosterOf(data: unknown): PresenceMember[] {
  const { presence } = (data ?? {}) as { presence?: { hash?: Readonly<Record<string, unknown>> } }
  return Object.entries(presence?.hash ?? {}).map(([id, info]) => memberOf({ user_id: id, user_info: info }))
}

function memberOf(data: unknown): PresenceMember {
  const { user_id, user_info } = (data ?? {}) as { user_id?: unknown; user_info?: unknown }
  const { name, role } = (user_info ?? {}) as { name?: unknown; role?: unknown }
  return { id: String(user_id), name: String(name ?? user_id), role: String(role ?? '') }
}
