import type { CompiledSchema } from '@branchline/client'

/** The moves the schema lets this role make from here, in the order in which it lists them. */
export function movesFrom(
  schema: CompiledSchema | null,
  table: string,
  state: string,
  role: string,
): readonly string[] {
  const moves = schema?.tables[table]?.workflow?.moves ?? []
  return moves
    .filter((move) => move.from.includes(state) && (move.roles.includes(role) || move.roles.includes('*')))
    .map((move) => move.to)
}
