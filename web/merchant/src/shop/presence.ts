import type { PresenceMember, Row } from '@branchline/client'

/** Where the people of a branch are seen. */
export function branchChannel(branchId: string): string | null {
  return branchId === '' ? null : `presence-branch.${branchId}`
}

/** Where those are seen who look at a row: seen by whoever may see the row's branch, or by everybody where it has none. */
export function rowChannel(table: string, row: Row | undefined): string | null {
  if (!row) return null
  const branch = table === 'branches' ? row.id : row.branch_id
  const owner = typeof branch === 'string' && branch !== '' ? `branch.${branch}` : 'everyone'
  return `presence-${owner}.row.${table}.${row.id}`
}

/** Where those are seen who may change the row and have it open for that. */
export function editChannel(table: string, row: Row | undefined): string | null {
  const channel = rowChannel(table, row)
  return channel && `${channel}.edit`
}

/** Everybody of several channels, each once, by name. */
export function together(...rooms: readonly (readonly PresenceMember[])[]): readonly PresenceMember[] {
  const byId = new Map(rooms.flat().map((member) => [member.id, member]))
  return [...byId.values()].sort((a, b) => a.name.localeCompare(b.name))
}
