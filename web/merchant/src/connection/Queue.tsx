import { useBranchline, useConfirmed, useConnection, useOutbox } from '@branchline/client/react'
import type { ReactNode } from 'react'
import { span } from '../format/span.ts'
import { formatInstant } from '../format/time.ts'
import { t } from '../i18n/index.ts'
import '../i18n/queue.ts'
import { Empty } from '../ui/Empty.tsx'
import { useAge } from './age.ts'
import { Journal } from './Journal.tsx'
import { MergedList } from './MergedList.tsx'
import styles from './Queue.module.css'
import { RejectedCard } from './RejectedCard.tsx'
import { reasonText } from './reasons.ts'
import { Section } from './Section.tsx'
import { useProvisional, useStuck } from './unsent.ts'
import { WaitingList } from './WaitingList.tsx'

/** What this device has not handed over, and what was refused: seen by everybody, hidden from nobody. */
export function Queue({ signIn }: { signIn?: ReactNode }) {
  const client = useBranchline()
  const connection = useConnection()
  const isConfirmed = useConfirmed()
  const { waiting, rejected, merged } = useOutbox()
  const stuck = useStuck()
  const provisional = useProvisional()
  const age = useAge()

  return (
    <>
      {!stuck && (
        <p className={styles.state}>
          {connection.kind === 'offline'
            ? t('queue.offline', { since: formatInstant(connection.since) })
            : t(`queue.${connection.kind === 'live' && !isConfirmed ? 'loading' : connection.kind}`)}
        </p>
      )}

      {connection.kind === 'sign_in_needed' && signIn}

      {stuck && (
        <Section name="stuck" icon="alert" title={t('queue.stuck')} hint={t('queue.stuck_hint')}>
          <p className={styles.reason}>{reasonText(stuck.code) || stuck.message}</p>
          <p className={styles.code}>
            {t('queue.code', { code: stuck.code, id: stuck.message })} ·{' '}
            {t('queue.stuck_since', { at: formatInstant(stuck.since) })}
          </p>
        </Section>
      )}

      {rejected.length > 0 && (
        <Section name="refused" icon="alert" title={t('queue.refused')} hint={t('queue.refused_hint')}>
          <ul className={styles.list}>
            {rejected.map((item) => (
              <RejectedCard key={item.id} item={item} />
            ))}
          </ul>
        </Section>
      )}

      {waiting > 0 && (
        <Section
          name="waiting"
          icon="queue"
          title={t('queue.waiting', { count: waiting })}
          hint={age === null ? '' : t('queue.oldest', { time: span(age) })}
        >
          <WaitingList entries={client.outbox.entries()} />
        </Section>
      )}
      {waiting === 0 && rejected.length > 0 && <p className={styles.rest}>{t('queue.rest_sent')}</p>}
      {waiting === 0 && rejected.length === 0 && (
        <Empty icon="check" title={t('queue.empty')} text={t('queue.empty_hint')} />
      )}
      {provisional > 0 && <p className={styles.rest}>{t('queue.provisional', { count: provisional })}</p>}

      {merged.length > 0 && <MergedList merged={merged} />}
      <Journal hasContent={waiting + rejected.length > 0} />
    </>
  )
}
