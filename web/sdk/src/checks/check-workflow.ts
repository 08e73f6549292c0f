import type { RowWrite } from '../protocol/messages.ts'
import type { TableDeclaration } from '../protocol/schema.ts'
import type { Fields } from '../protocol/values.ts'
import type { Objection } from './check-error.ts'
import { allows } from './check-write.ts'

/**
 * A row starts where the workflow starts, or where its role could have moved it, and moves only along declared moves, by the
 * roles that may.
 */
export function objectionToMove(
  table: TableDeclaration,
  role: string,
  row: Fields | null,
  write: RowWrite,
): Objection | undefined {
  const workflow = table.workflow
  if (workflow === undefined || write.kind === 'delete') return undefined
  const to = write.fields[workflow.field]
  if (to === undefined) return undefined

  const illegal = (from: string, remedy: string): Objection => ({
    code: 'illegal_move',
    reason: `${write.table} cannot go from ${from} to ${String(to)}`,
    table: write.table,
    field: workflow.field,
    remedy,
  })
  const from = write.kind === 'insert' ? null : row?.[workflow.field]
  if (from === undefined || from === to || (write.kind === 'insert' && to === workflow.start))
    return undefined
  const moves = workflow.moves.filter(
    (move) => move.to === to && (from === null || move.from.includes(String(from))),
  )
  if (moves.length === 0) {
    if (from === null) return illegal('nothing', `Start with ${workflow.start}`)
    const next = workflow.moves.filter((move) => move.from.includes(String(from))).map((move) => move.to)
    return illegal(String(from), next.length > 0 ? `Move it to ${next.join(' or ')}` : 'It stays where it is')
  }
  if (moves.some((move) => allows(move.roles, role))) return undefined
  return {
    code: 'move_not_allowed',
    reason: `The role ${role} may not move ${write.table} from ${String(from ?? 'nothing')} to ${String(to)}`,
    table: write.table,
    field: workflow.field,
    remedy: `Ask ${[...new Set(moves.flatMap((move) => move.roles))].join(' or ')}`,
  }
}
