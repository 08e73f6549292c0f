import type { Row } from '@branchline/client'
import { useTable } from '@branchline/client/react'
import { useMemo } from 'react'
import { formatInstant } from '../format/time.ts'
import { formatNumber } from '../format/words.ts'
import { t } from '../i18n/index.ts'
import '../i18n/stock.ts'
import { enumWord } from './display.ts'
import styles from './RowForm.module.css'

const newest = 8

/** The latest entries of one shelf's ledger. */
export function Movements({ shelf }: { shelf: Row }) {
  const query = useMemo(
    () => ({
      where: { product_id: shelf.product_id ?? null, branch_id: shelf.branch_id ?? null },
      sort: '-at',
      limit: newest,
    }),
    [shelf.product_id, shelf.branch_id],
  )
  const { rows } = useTable('inventory_adjustments', query)
  if (rows.length === 0) return null
  return (
    <table className={styles.movements}>
      <caption className="sr-only">{t('stock.movements')}</caption>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            <td>{row.at ? formatInstant(String(row.at)) : ''}</td>
            <td>{[enumWord(String(row.kind)), row.reason].filter(Boolean).join(': ')}</td>
            <td className="figure">
              {row.kind === 'count' ? `= ${row.quantity}` : signed(Number(row.quantity))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function signed(quantity: number): string {
  return quantity > 0 ? `+${formatNumber(quantity)}` : formatNumber(quantity)
}
