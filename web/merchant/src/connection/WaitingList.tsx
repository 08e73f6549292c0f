import type { WaitingMutation } from '@branchline/client'
import { useBranchline } from '@branchline/client/react'
import { formatInstant } from '../format/time.ts'
import { t } from '../i18n/index.ts'
import { describe } from './describe.ts'
import styles from './Queue.module.css'

const shown = 100

export function WaitingList({ entries }: { entries: readonly WaitingMutation[] }) {
  const client = useBranchline()
  return (
    <ul className={styles.list}>
      {entries.slice(0, shown).map((entry) => (
        <li key={entry.mutation.id} className={styles.entry}>
          <span className={styles.what}>{describe(entry.mutation, client)}</span>
          <time className={styles.when}>{formatInstant(entry.queuedAt)}</time>
        </li>
      ))}
      {entries.length > shown && (
        <li className={styles.entry}>{t('queue.more', { count: entries.length - shown })}</li>
      )}
    </ul>
  )
}
