import type { FieldDeclaration, TableDeclaration } from '@branchline/client'

export function may(
  table: TableDeclaration,
  act: 'read' | 'create' | 'update' | 'delete',
  role: string,
): boolean {
  const roles = table.access?.[act] ?? []
  if (table.kind === 'ledger' && (act === 'update' || act === 'delete')) return false
  if (act === 'delete' && table.document) return false
  return roles.includes('*') || roles.includes(role)
}

/** Sums and the node's own fields are shown and never typed. */
export function isKept(field: FieldDeclaration): boolean {
  return field.sum !== undefined || field.merge === 'server-only'
}
