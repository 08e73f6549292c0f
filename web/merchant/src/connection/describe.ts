import type { Branchline, Mutation } from '@branchline/client'
import { words } from '../format/words.ts'
import { t } from '../i18n/index.ts'

export function isSale(mutation: Mutation): boolean {
  return mutation.writes.some((write) => write.table === 'sales' && write.kind === 'insert')
}

/** One line for people: "Sale B01-T2-000417", "Change in Products: Rice 5 kg". */
export function describe(mutation: Mutation, client: Branchline): string {
  const sale = mutation.writes.find((write) => write.table === 'sales' && write.kind === 'insert')
  if (sale) return t('queue.sale', { number: String(sale.fields.receipt_number ?? '') })

  const [first] = mutation.writes
  if (!first) return t('queue.nothing')
  const table = client.schema?.tables[first.table]
  const title =
    table?.title && (client.row(first.table, first.id)?.[table.title] ?? first.fields[table.title])
  const values = { table: table?.label ?? words(first.table), row: title == null ? '' : String(title) }
  return t(`queue.${first.kind}`, values).replace(/: $/, '')
}
