import type { FieldDeclaration, Row, TableDeclaration } from '@branchline/client'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef } from 'react'
import { phone, useMedia } from '../ui/useMedia.ts'
import { columnsOf, isFigure } from './columns.ts'
import { RowCard, RowLine } from './RowLine.tsx'
import styles from './RowList.module.css'
import { RowListHead } from './RowListHead.tsx'
import { useKeepPlace } from './useKeepPlace.ts'
import { useTitles } from './useTitles.ts'
import { useWidth } from './useWidth.ts'

interface RowListProps {
  readonly table: string
  readonly declaration: TableDeclaration
  readonly rows: readonly Row[]
  readonly sort: string | undefined
  readonly open: string | undefined
  readonly onSort: (sort: string | undefined) => void
  readonly onOpen: (id: string) => void
}

const lineHeight = 44
const cardHeights = { withState: 92, plain: 64 }
const columnWidth = 150

/** A day with its time needs more room than a word, a figure less. */
function share(field: FieldDeclaration): number {
  if (field.type === 'timestamp') return 1.4
  return isFigure(field) ? 0.8 : 1
}

/** Draws the rows in sight only, under keys that stay: what arrives is inserted, what one looks at does not move. */
export function RowList({ table, declaration, rows, sort, open, onSort, onOpen }: RowListProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const isPhone = useMedia(phone)
  const width = useWidth(scroller)
  const titles = useTitles(declaration)
  const most = Math.max(3, Math.min(8, Math.floor(width / columnWidth)))
  const columns = useMemo(() => columnsOf(declaration, isPhone ? 6 : most), [declaration, isPhone, most])
  const cardHeight = columns.some(({ name }) => name === 'status') ? cardHeights.withState : cardHeights.plain
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (isPhone ? cardHeight + 8 : lineHeight),
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 8,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: heights change with the width of the screen
  useEffect(() => list.measure(), [isPhone, list])
  useKeepPlace(scroller, rows, isPhone ? cardHeight + 8 : lineHeight)
  const template = columns
    .map((column, index) => `minmax(0, ${index === 0 ? 1.6 : share(column.field)}fr)`)
    .join(' ')
  const Item = isPhone ? RowCard : RowLine

  return (
    <div ref={scroller} className={styles.scroller} data-testid="rows">
      {!isPhone && <RowListHead columns={columns} template={template} sort={sort} onSort={onSort} />}
      <ul style={{ height: list.getTotalSize(), position: 'relative' }}>
        {list.getVirtualItems().map((item) => {
          const row = rows[item.index]
          return (
            row && (
              <li
                key={item.key}
                className={styles.item}
                style={{
                  transform: `translateY(${item.start}px)`,
                  height: isPhone ? cardHeight : lineHeight,
                }}
              >
                <Item
                  table={table}
                  row={row}
                  columns={columns}
                  template={template}
                  isOpen={row.id === open}
                  titles={titles}
                  onOpen={onOpen}
                />
              </li>
            )
          )
        })}
      </ul>
    </div>
  )
}
