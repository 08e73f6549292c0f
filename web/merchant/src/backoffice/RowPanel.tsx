import type { TableDeclaration } from '@branchline/client'
import { useBranchline, useRow } from '@branchline/client/react'
import { words } from '../format/words.ts'
import { t } from '../i18n/index.ts'
import '../i18n/backoffice.ts'
import { Looking } from '../shop/Looking.tsx'
import { useShop } from '../shop/Shop.tsx'
import { titleOf } from '../shop/titles.ts'
import { Badge } from '../ui/Badge.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Panel } from '../ui/Panel.tsx'
import { may } from './access.ts'
import { enumWord, toneOf } from './display.ts'
import { Moves } from './Moves.tsx'
import { RowForm } from './RowForm.tsx'
import { StockActions } from './StockActions.tsx'

interface RowPanelProps {
  readonly table: string
  readonly declaration: TableDeclaration
  /** A row's id, or `new`. */
  readonly id: string
  readonly onClose: () => void
}

export function RowPanel({ table, declaration, id, onClose }: RowPanelProps) {
  const client = useBranchline()
  const { branch, user } = useShop()
  const row = useRow(table, id)
  const label = declaration.label ?? words(table)
  const isNew = id === 'new'
  if (!isNew && !row) {
    return (
      <Panel title={label} onClose={onClose}>
        <Empty icon="search" title={t('backoffice.gone')} text={t('backoffice.gone_hint')} />
      </Panel>
    )
  }

  const state = declaration.workflow?.field ?? 'status'
  const value = row?.[state]
  return (
    <Panel
      title={isNew ? t('backoffice.new_in', { table: label }) : titleOf(client, table, row)}
      onClose={onClose}
      aside={typeof value === 'string' && <Badge tone={toneOf(value)}>{enumWord(value)}</Badge>}
    >
      {row && <Looking table={table} row={row} editing={may(declaration, 'update', user.role)} />}
      {row && <Moves table={table} declaration={declaration} row={row} />}
      {row && table === 'inventories' && <StockActions shelf={row} />}
      <RowForm table={table} declaration={declaration} row={row} branchId={branch.id} onDone={onClose} />
    </Panel>
  )
}
