import type { Row } from '../api.ts'
import type { RowWrite } from '../protocol/messages.ts'
import type { CompiledSchema } from '../protocol/schema.ts'
import type { Fields } from '../protocol/values.ts'
import { CheckError } from './check-error.ts'
import { findObjection } from './check-write.ts'

/** Throws when a write breaks a declared rule. Later writes see what earlier ones of the same mutation did. */
export function checkMutation(
  schema: CompiledSchema,
  role: string,
  writes: readonly RowWrite[],
  find: (table: string, id: string) => Row | undefined,
): void {
  const written = new Map<string, Fields | null>()
  for (const write of writes) {
    const name = `${write.table}/${write.id}`
    const row = written.get(name) ?? find(write.table, write.id) ?? null
    const objection = findObjection(schema, role, row, write)
    if (objection !== undefined) throw new CheckError(objection)
    const workflow = schema.tables[write.table]?.workflow
    const start =
      write.kind === 'insert' && workflow !== undefined ? { [workflow.field]: workflow.start } : {}
    written.set(name, write.kind === 'delete' ? null : { ...row, ...start, ...write.fields })
  }
}
