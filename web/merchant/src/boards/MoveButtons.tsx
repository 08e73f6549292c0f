import { useState } from 'react'
import { t } from '../i18n/index.ts'
import '../i18n/boards.ts'
import { Button } from '../ui/Button.tsx'
import { moveWord } from './Board.tsx'
import styles from './Sheet.module.css'

/** The way on is one touch. Cancelling asks once and says what follows. */
export function MoveButtons({ moves, onMove }: { moves: readonly string[]; onMove: (to: string) => void }) {
  const [asked, setAsked] = useState(false)
  if (asked) {
    return (
      <>
        <p className={styles.asked}>{t('boards.cancel_hint')}</p>
        <Button
          variant="danger"
          size="lg"
          onClick={() => {
            setAsked(false)
            onMove('cancelled')
          }}
        >
          {t('boards.cancel_yes')}
        </Button>
        <Button size="lg" onClick={() => setAsked(false)}>
          {t('boards.keep')}
        </Button>
      </>
    )
  }
  return moves.map((to) =>
    to === 'cancelled' ? (
      <Button key={to} variant="quiet" size="lg" onClick={() => setAsked(true)}>
        {t('boards.cancel')}
      </Button>
    ) : (
      <Button
        key={to}
        variant="primary"
        size="lg"
        icon="arrowRight"
        data-move={to}
        onClick={() => onMove(to)}
      >
        {moveWord(to)}
      </Button>
    ),
  )
}
