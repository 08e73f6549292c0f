import type { Branchline, MergedMutation, Row, RowWrite } from '@branchline/client'
import { nameOf } from '../shop/titles.ts'
import { fieldLabel, tableLabel } from '../shop/writes.ts'

const list = new Intl.ListFormat('en', { type: 'conjunction' })

/** Which fields of which row gave way to newer values. Where more than one row could be meant, the table is named. */
export function mergedLines(
  { mutation, keptFields }: MergedMutation,
  client: Branchline,
): readonly { readonly row: string; readonly fields: string }[] {
  const fieldsByRow = new Map<string, string[]>()
  for (const kept of keptFields) {
    const [table = '', field = ''] = kept.split('.')
    const writes = mutation.writes.filter(
      (write) => write.table === table && Object.hasOwn(write.fields, field),
    )
    const [only] = writes
    const isOne = only !== undefined && writes.every((write) => write.id === only.id)
    const row = (isOne && rowName(only, client)) || tableLabel(client, table)
    fieldsByRow.set(row, [...(fieldsByRow.get(row) ?? []), fieldLabel(client, table, field)])
  }
  return [...fieldsByRow].map(([row, fields]) => ({ row, fields: list.format(fields) }))
}

/** By what stands in the row, or was to stand there when the row is not here. */
export function rowName({ table, id, fields }: RowWrite, client: Branchline): string {
  return nameOf(client, table, client.row(table, id) ?? ({ ...fields, id } as unknown as Row))
}
