import type { Row } from '@branchline/client'
import { formatMoney } from '../format/money.ts'
import { formatDay } from '../format/time.ts'
import { words } from '../format/words.ts'
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

interface RegistrationSheetProps {
  readonly row: Row
  readonly moves: readonly string[]
  readonly onMove: (to: string) => void
  readonly onClose: () => void
}

export function RegistrationSheet({ row, moves, onMove, onClose }: RegistrationSheetProps) {
  const { branch } = useShop()
  const facts: readonly (readonly [string, string])[] = [
    [t('boards.kind'), words(String(row.kind ?? ''))],
    [t('boards.phone'), String(row.client_phone ?? '')],
    [t('boards.document'), String(row.document ?? '')],
    [t('boards.fee'), row.fee ? formatMoney(Number(row.fee), branch.currency) : ''],
    [t('boards.date'), row.date ? formatDay(String(row.date)) : ''],
    [t('boards.released_by'), String(row.released_by ?? '')],
  ]

  return (
    <Dialog
      title={String(row.number ?? t('boards.registration'))}
      shape="sheet"
      onClose={onClose}
      aside={<Badge tone="accent">{stateWord(String(row.status))}</Badge>}
      footer={moves.length > 0 ? <MoveButtons moves={moves} onMove={onMove} /> : undefined}
    >
      <Looking table="registrations" row={row} />
      <p className={styles.client}>{String(row.client_name ?? '')}</p>
      {row.note && <p className={styles.note}>{String(row.note)}</p>}
      <dl className={styles.facts}>
        {facts
          .filter(([, value]) => value !== '')
          .flatMap(([label, value]) => [<dt key={label}>{label}</dt>, <dd key={`${label}.`}>{value}</dd>])}
      </dl>
      <Comments table="registrations" row={row} />
    </Dialog>
  )
}
