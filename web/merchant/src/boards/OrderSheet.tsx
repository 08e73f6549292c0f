import type { Row } from '@branchline/client'
import { formatMoney } from '../format/money.ts'
import { t } from '../i18n/index.ts'
import '../i18n/boards.ts'
import { Looking } from '../shop/Looking.tsx'
import { useShop } from '../shop/Shop.tsx'
import { Badge } from '../ui/Badge.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { stateWord } from './Board.tsx'
import { Comments } from './Comments.tsx'
import { MoveButtons } from './MoveButtons.tsx'
import styles from './Sheet.module.css'

interface OrderSheetProps {
  readonly order: Row
  readonly lines: readonly Row[]
  readonly moves: readonly string[]
  readonly onMove: (to: string) => void
  readonly onClose: () => void
}

export function OrderSheet({ order, lines, moves, onMove, onClose }: OrderSheetProps) {
  const { branch } = useShop()
  const money = (amount: unknown) => formatMoney(Number(amount ?? 0), branch.currency)
  const client = [order.client_name, order.client_phone].filter(Boolean).join(' · ')

  return (
    <Dialog
      title={String(order.number ?? t('boards.order'))}
      shape="sheet"
      onClose={onClose}
      aside={<Badge tone="accent">{stateWord(String(order.status))}</Badge>}
      footer={moves.length > 0 ? <MoveButtons moves={moves} onMove={onMove} /> : undefined}
    >
      <Looking table="orders" row={order} />
      <p className={styles.client}>{client || t('boards.walk_in')}</p>
      {order.note && <p className={styles.note}>{String(order.note)}</p>}
      <table className={styles.lines}>
        <tbody>
          {lines.map((line) => (
            <tr key={line.id}>
              <td className="figure">{String(line.quantity)}</td>
              <td>{String(line.name)}</td>
              <td className="figure">{money(line.total)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <td colSpan={2}>{t('boards.total')}</td>
            <td className="figure">{money(order.total)}</td>
          </tr>
        </tfoot>
      </table>
      <Comments table="orders" row={order} />
    </Dialog>
  )
}
