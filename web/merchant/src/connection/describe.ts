import type { Branchline, Mutation } from '@branchline/client'
import { t } from '../i18n/index.ts'
import '../i18n/queue.ts'
import { tableLabel } from '../shop/writes.ts'
import { rowName } from './merged.ts'

/** One line for people: "Sale B01-T2-000417", "Change in Products: Rice 5 kg". */
export function describe(mutation: Mutation, client: Branchline): string {
  const sale = mutation.writes.find((write) => write.table === 'sales' && write.kind === 'insert')
  if (sale) return t('queue.sale', { number: String(sale.fields.receipt_number ?? '') })

  const [first] = mutation.writes
  if (!first) return t('queue.nothing')
  const values = { table: tableLabel(client, first.table), row: rowName(first, client) }
  return t(`queue.${first.kind}`, values).replace(/: $/, '')
}
