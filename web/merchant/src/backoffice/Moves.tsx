import type { Row, TableDeclaration } from '@branchline/client'
import { useMutate } from '@branchline/client/react'
import { tOr } from '../i18n/index.ts'
import { useShop } from '../shop/Shop.tsx'
import { Button } from '../ui/Button.tsx'
import { useToast } from '../ui/Toast.tsx'
import { enumWord } from './display.ts'
import styles from './RowForm.module.css'

/** The moves the workflow lets this role make from here, one button each. */
export function Moves({
  table,
  declaration,
  row,
}: {
  table: string
  declaration: TableDeclaration
  row: Row
}) {
  const { user } = useShop()
  const mutate = useMutate()
  const show = useToast()
  const workflow = declaration.workflow
  if (!workflow) return null
  const state = String(row[workflow.field] ?? workflow.start)
  const moves = workflow.moves.filter(
    (move) => move.from.includes(state) && (move.roles.includes(user.role) || move.roles.includes('*')),
  )
  if (moves.length === 0) return null
  const move = (to: string) =>
    mutate([{ table, id: row.id, kind: 'update', fields: { [workflow.field]: to } }]).catch((error: Error) =>
      show({ tone: 'bad', text: error.message }),
    )

  return (
    <div className={styles.moves}>
      {moves.map(({ to }) => (
        <Button
          key={to}
          size="lg"
          variant={to === 'cancelled' || to === 'voided' ? 'danger' : 'plain'}
          icon={to === 'cancelled' ? 'close' : 'arrowRight'}
          onClick={() => void move(to)}
        >
          {tOr(`moves.${to}`, enumWord(to))}
        </Button>
      ))}
    </div>
  )
}
