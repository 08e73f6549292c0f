import type { Row } from '@branchline/client'
import { type ReactNode, useEffect, useRef } from 'react'
import { formatClock } from '../format/time.ts'
import { t } from '../i18n/index.ts'
import '../i18n/boards.ts'
import { Badge } from '../ui/Badge.tsx'
import { Button } from '../ui/Button.tsx'
import { moveWord } from './Board.tsx'
import styles from './Card.module.css'

interface CardProps {
  readonly row: Row
  readonly title: string
  readonly figure: string
  readonly moves: readonly string[]
  /** Comments that nobody here has read. */
  readonly unread?: number
  readonly onMove: (to: string) => void
  readonly onOpen: () => void
  readonly children?: ReactNode
}

const openedAt = performance.now()
const settled = () => performance.now() - openedAt > 2_000
const lastState = new Map<string, unknown>()

/** The first move is the way on and stands out; cancelling is behind the card. */
export function Card({ row, title, figure, moves, unread = 0, onMove, onOpen, children }: CardProps) {
  const ref = useRef<HTMLElement>(null)
  const [next] = moves.filter((to) => to !== 'cancelled')
  useEffect(() => {
    const before = lastState.get(row.id)
    lastState.set(row.id, row.status)
    if (before === row.status || !settled()) return
    ref.current?.classList.add('changed')
  }, [row.id, row.status])

  return (
    <article ref={ref} className={styles.card} data-row={row.id}>
      <button type="button" className={styles.open} onClick={onOpen}>
        <span className={styles.top}>
          <span className={styles.title}>{title}</span>
          <span className={styles.figure}>{figure}</span>
        </span>
        {children}
        <span className={styles.meta}>
          <span>{String(row.number ?? '')}</span>
          <span>{row.created_at ? formatClock(String(row.created_at)) : ''}</span>
        </span>
      </button>
      {unread > 0 && (
        <Badge tone="accent" icon="info">
          {t('people.unread_comments', { count: unread })}
        </Badge>
      )}
      {row.$pending && (
        <Badge tone="warn" icon="device">
          {t('boards.on_device')}
        </Badge>
      )}
      {next && (
        <Button
          size="lg"
          wide
          variant={next === 'released' ? 'primary' : 'plain'}
          icon="arrowRight"
          className={styles.move ?? ''}
          data-move={next}
          onClick={() => onMove(next)}
        >
          {moveWord(next)}
        </Button>
      )}
    </article>
  )
}
