import type { RowWrite } from '../protocol/messages.ts'
import { type CompiledSchema, fieldOf, type TableDeclaration, tableOf } from '../protocol/schema.ts'
import type { Fields } from '../protocol/values.ts'
import type { Objection } from './check-error.ts'
import { objectionToValue } from './check-value.ts'
import { objectionToMove } from './check-workflow.ts'

const keptByTheNode = new Set(['id', 'created_at', 'updated_at'])

/**
 * Checks a write against what the schema declares, as the node will: table, ledger, document, access, fields, workflow.
 * The first objection counts. `row` is the row as this device sees it, or null when there is none.
 */
export function findObjection(
  schema: CompiledSchema,
  role: string,
  row: Fields | null,
  write: RowWrite,
): Objection | undefined {
  const table = tableOf(schema, write.table)
  if (table === undefined) {
    return {
      code: 'unknown_table',
      reason: `There is no table ${write.table}`,
      table: write.table,
      remedy: 'Use a table of the schema',
    }
  }
  return (
    objectionToKind(table, write) ??
    objectionToRole(table, role, write) ??
    objectionToFields(table, write) ??
    objectionToMove(table, role, row, write)
  )
}

function objectionToKind(table: TableDeclaration, write: RowWrite): Objection | undefined {
  if (table.kind === 'ledger' && write.kind !== 'insert') {
    return {
      code: 'ledger_immutable',
      reason: `${write.table} is a ledger: entries stay as they are`,
      table: write.table,
      remedy: 'Add an entry that counters it',
    }
  }
  if (table.document && write.kind === 'delete') {
    return {
      code: 'document_delete',
      reason: `${write.table} are documents of record and stay`,
      table: write.table,
      remedy: 'Void it instead',
    }
  }
  return undefined
}

function objectionToRole(table: TableDeclaration, role: string, write: RowWrite): Objection | undefined {
  const verb = write.kind === 'insert' ? 'create' : write.kind
  if (allows(table.access?.[verb] ?? ['admin'], role)) return undefined
  return {
    code: 'access_denied',
    reason: `The role ${role} may not ${verb} ${write.table}`,
    table: write.table,
    remedy: 'Ask somebody who may',
  }
}

function objectionToFields(table: TableDeclaration, write: RowWrite): Objection | undefined {
  if (write.kind === 'delete') return undefined
  for (const [name, value] of Object.entries(write.fields)) {
    if (name === 'id' && value === write.id) continue
    const field = fieldOf(table, name)
    if (field === undefined && !keptByTheNode.has(name)) {
      return {
        code: 'unknown_field',
        reason: `${write.table} has no field ${name}`,
        table: write.table,
        field: name,
        remedy: 'Use a field of the schema',
      }
    }
    if (field === undefined || field.sum !== undefined || field.merge === 'server-only') {
      return {
        code: 'read_only_field',
        reason: `${name} is kept by the node`,
        table: write.table,
        field: name,
        remedy: `Leave ${name} out`,
      }
    }
    const objection = objectionToValue(name, value, field)
    if (objection !== undefined) return { ...objection, table: write.table, field: name }
  }
  return write.kind === 'insert' ? missingField(table, write) : undefined
}

function missingField(table: TableDeclaration, write: RowWrite): Objection | undefined {
  for (const [name, field] of Object.entries(table.fields)) {
    const isFilled = field.default !== undefined || field.sum !== undefined || table.workflow?.field === name
    if (!field.required || isFilled || Object.hasOwn(write.fields, name)) continue
    return {
      code: 'required',
      reason: `${name} is required`,
      table: write.table,
      field: name,
      remedy: `Give ${name} a value`,
    }
  }
  return undefined
}

export function allows(roles: readonly string[], role: string): boolean {
  return roles.includes('*') || roles.includes(role)
}
