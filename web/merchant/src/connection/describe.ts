import type { Branchline, MergedMutation, Mutation, Row, RowWrite } from '@branchline/client'
import { words } from '../format/words.ts'
import { t } from '../i18n/index.ts'
import { nameOf } from '../shop/titles.ts'

const list = new Intl.ListFormat('en', { type: 'conjunction' })

export function isSale(mutation: Mutation): boolean {
  return mutation.writes.some((write) => write.table === 'sales' && write.kind === 'insert')
}

/** One line for people: "Sale B01-T2-000417", "Change in Products: Rice 5 kg". */
export function describe(mutation: Mutation, client: Branchline): string {
  const sale = mutation.writes.find((write) => write.table === 'sales' && write.kind === 'insert')
  if (sale) return t('queue.sale', { number: String(sale.fields.receipt_number ?? '') })

  const [first] = mutation.writes
  if (!first) return t('queue.nothing')
  const values = { table: tableName(first.table, client), row: rowName(first, client) }
  return t(`queue.${first.kind}`, values).replace(/: $/, '')
}

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
    const row = (isOne && rowName(only, client)) || tableName(table, client)
    fieldsByRow.set(row, [...(fieldsByRow.get(row) ?? []), fieldName(table, field, client)])
  }
  return [...fieldsByRow].map(([row, fields]) => ({ row, fields: list.format(fields) }))
}

/** By what stands in the row, or was to stand there when the row is not here. */
function rowName({ table, id, fields }: RowWrite, client: Branchline): string {
  return nameOf(client, table, client.row(table, id) ?? ({ ...fields, id } as unknown as Row))
}

function tableName(table: string, client: Branchline): string {
  return client.schema?.tables[table]?.label ?? words(table)
}

function fieldName(table: string, field: string, client: Branchline): string {
  return client.schema?.tables[table]?.fields[field]?.label ?? words(field)
}
