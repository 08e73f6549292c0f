import type { Row } from '@branchline/client'
import { type ReactNode, useState } from 'react'
import { words } from '../format/words.ts'
import { tOr } from '../i18n/index.ts'
import { cx } from '../ui/cx.ts'
import { Skeleton } from '../ui/Empty.tsx'
import { phone, useMedia } from '../ui/useMedia.ts'
import styles from './Board.module.css'

export interface Column {
  readonly state: string
  readonly rows: readonly Row[]
  /** What stands there when nothing does. */
  readonly empty: string
}

/** A move as the thing to do: "Release", not "Released". */
export function moveWord(state: string): string {
  return tOr(`moves.${state}`, stateWord(state))
}

interface BoardProps {
  readonly columns: readonly Column[]
  readonly loading: boolean
  readonly tools: ReactNode
  readonly card: (row: Row) => ReactNode
}

export function stateWord(state: string): string {
  return tOr(`states.${state}`, words(state))
}

/** One column a state, side by side; on a phone one at a time. Columns scroll by themselves and keep their place. */
export function Board({ columns, loading, tools, card }: BoardProps) {
  const isPhone = useMedia(phone)
  const [chosen, setChosen] = useState(columns[0]?.state)
  const shown = isPhone ? columns.filter((column) => column.state === chosen) : columns

  return (
    <div className={styles.page}>
      <div className={styles.tools}>{tools}</div>
      {isPhone && (
        <div className={styles.tabs} role="tablist">
          {columns.map((column) => (
            <button
              key={column.state}
              type="button"
              role="tab"
              aria-selected={column.state === chosen}
              className={cx(styles.tab, column.state === chosen && styles.chosen)}
              onClick={() => setChosen(column.state)}
            >
              {stateWord(column.state)} <span className={styles.count}>{column.rows.length}</span>
            </button>
          ))}
        </div>
      )}
      <div
        className={styles.board}
        style={{ gridTemplateColumns: `repeat(${shown.length}, minmax(0, 1fr))` }}
      >
        {shown.map((column) => (
          <section
            key={column.state}
            className={styles.column}
            aria-label={stateWord(column.state)}
            data-state={column.state}
          >
            {!isPhone && (
              <h2 className={styles.heading}>
                {stateWord(column.state)}
                <span className={styles.count}>{column.rows.length}</span>
              </h2>
            )}
            <ul className={styles.cards}>
              {column.rows.map((row) => (
                <li key={row.id}>{card(row)}</li>
              ))}
              {column.rows.length === 0 &&
                (loading ? (
                  <li>
                    <Skeleton rows={3} height={104} />
                  </li>
                ) : (
                  <li className={styles.empty}>{column.empty}</li>
                ))}
            </ul>
          </section>
        ))}
      </div>
    </div>
  )
}
