import type { Row, Value } from '@branchline/client'
import { t } from '../i18n/index.ts'
import '../i18n/backoffice.ts'
import { useShop } from '../shop/Shop.tsx'
import { Badge } from '../ui/Badge.tsx'
import { cx } from '../ui/cx.ts'
import { Icon } from '../ui/Icon.tsx'
import { useChanged } from '../ui/useChanged.ts'
import { type Column, isFigure } from './columns.ts'
import { currencyOf, display, enumWord, labelOf, toneOf } from './display.ts'
import styles from './RowList.module.css'

interface RowItemProps {
  readonly table: string
  readonly row: Row
  readonly columns: readonly Column[]
  readonly template: string
  readonly isOpen: boolean
  readonly titles: (field: string, id: Value) => string
  readonly onOpen: (id: string) => void
}

/** A row that changed while it was in sight lights up where it stands. */
function useLit(row: Row, columns: readonly Column[]) {
  return useChanged<HTMLButtonElement>(
    `${row.id} ${columns.map(({ name }) => JSON.stringify(row[name])).join()}`,
  )
}

function useText(row: Row, titles: RowItemProps['titles']) {
  const { branch, branches } = useShop()
  const currency = currencyOf(row, branches, branch)
  return ({ name, field }: Column) =>
    field.type === 'ref' ? titles(name, row[name] ?? null) : display(field, row[name], currency)
}

export function RowLine({ row, columns, template, isOpen, titles, onOpen }: RowItemProps) {
  const lit = useLit(row, columns)
  const text = useText(row, titles)
  return (
    <button
      ref={lit}
      type="button"
      className={cx(styles.line, isOpen && styles.open)}
      style={{ gridTemplateColumns: template }}
      onClick={() => onOpen(row.id)}
      data-row={row.id}
    >
      {columns.map((column, index) => (
        <span
          key={column.name}
          className={cx(styles.cell, isFigure(column.field) && 'figure', index === 0 && styles.first)}
          title={text(column)}
        >
          <Cell column={column} value={row[column.name]} text={text(column)} />
          {index === 0 && row.$pending && (
            <span title={t('backoffice.on_device')} className={styles.pending}>
              <Icon name="device" size={14} />
            </span>
          )}
        </span>
      ))}
    </button>
  )
}

export function RowCard({ row, columns, isOpen, titles, onOpen }: RowItemProps) {
  const lit = useLit(row, columns)
  const text = useText(row, titles)
  const [title, ...others] = columns
  const state = others.find((column) => column.name === 'status')
  const figure = others.find((column) => isFigure(column.field))
  const rest = others
    .filter((column) => column !== state && !isFigure(column.field) && text(column) !== '')
    .slice(0, 3)
  if (!title) return null
  return (
    <button
      ref={lit}
      type="button"
      className={cx(styles.card, isOpen && styles.open)}
      onClick={() => onOpen(row.id)}
      data-row={row.id}
    >
      <span className={styles.top}>
        <span className={styles.first}>{text(title)}</span>
        {figure && (
          <span className={styles.figure} title={labelOf(figure.name, figure.field)}>
            {text(figure)}
          </span>
        )}
      </span>
      <span className={styles.rest}>{rest.map(text).join(' · ')}</span>
      {state && (
        <span>
          <Cell column={state} value={row[state.name]} text={text(state)} />
        </span>
      )}
    </button>
  )
}

function Cell({ column, value, text }: { column: Column; value: Value | undefined; text: string }) {
  if (column.field.type !== 'enum' || !value) return text
  return column.name === 'status' ? <Badge tone={toneOf(value)}>{text}</Badge> : enumWord(String(value))
}
