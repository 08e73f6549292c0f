/** A store whose entries are kept by user, the oldest with the lowest key. */
interface Trimmed<Key> {
  index(name: 'user'): {
    count(user: string): Promise<number>
    getAllKeys(user: string, count: number): Promise<Key[]>
  }
  delete(key: Key): Promise<void>
}

/** The oldest go in lots, so that most writes need not look for them. */
const lot = 100

/** Keeps the last ones of a user, and a lot more at most. */
export async function trim<Key>(store: Trimmed<Key>, user: string, most: number): Promise<void> {
  const byUser = store.index('user')
  if ((await byUser.count(user)) < most + lot) return
  for (const key of await byUser.getAllKeys(user, lot)) void store.delete(key)
}
