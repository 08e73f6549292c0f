import { useBranchline, useConfirmed, useConnection, useOutbox } from '@branchline/client/react'
import type { ReactNode } from 'react'
import { formatInstant } from '../format/time.ts'
import { t } from '../i18n/index.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Empty } from '../ui/Empty.tsx'
import { Icon } from '../ui/Icon.tsx'
import { describe } from './describe.ts'
import { MergedList } from './MergedList.tsx'
import styles from './QueueSheet.module.css'
import { RejectedCard } from './RejectedCard.tsx'

const shown = 100

/** What this device has not handed over, and what was refused: seen by everybody, hidden from nobody. */
export function QueueSheet({ signIn, onClose }: { signIn: ReactNode; onClose: () => void }) {
  const client = useBranchline()
  const connection = useConnection()
  const isConfirmed = useConfirmed()
  const { waiting, rejected, merged } = useOutbox()
  const entries = client.outbox.entries()

  return (
    <Dialog title={t('queue.title')} shape="sheet" onClose={onClose}>
      <p className={styles.state}>
        {connection.kind === 'offline'
          ? t('queue.offline', { since: formatInstant(connection.since) })
          : t(`queue.${connection.kind === 'live' && !isConfirmed ? 'loading' : connection.kind}`)}
      </p>

      {signIn}

      {rejected.length > 0 && (
        <section className={styles.section}>
          <h3 className={styles.heading}>
            <Icon name="alert" size={18} />
            {t('queue.refused')}
          </h3>
          <p className={styles.hint}>{t('queue.refused_hint')}</p>
          <ul className={styles.list}>
            {rejected.map((item) => (
              <RejectedCard key={item.id} item={item} />
            ))}
          </ul>
        </section>
      )}

      <section className={styles.section}>
        {waiting > 0 && (
          <h3 className={styles.heading}>
            <Icon name="queue" size={18} />
            {t('queue.waiting', { count: waiting })}
          </h3>
        )}
        {entries.length === 0 && rejected.length > 0 && <p className={styles.hint}>{t('queue.rest_sent')}</p>}
        {entries.length === 0 && rejected.length === 0 && (
          <Empty icon="check" title={t('queue.empty')} text={t('queue.empty_hint')} />
        )}
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
      </section>

      {merged.length > 0 && <MergedList merged={merged} />}
    </Dialog>
  )
}
