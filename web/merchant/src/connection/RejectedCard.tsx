import type { RejectedMutation } from '@branchline/client'
import { useBranchline } from '@branchline/client/react'
import { useState } from 'react'
import { t } from '../i18n/index.ts'
import { Button } from '../ui/Button.tsx'
import { describe } from './describe.ts'
import styles from './QueueSheet.module.css'

/** A write the shop's server refused: why, in its words, and what can be done. Nothing is lost until it is discarded here. */
export function RejectedCard({ item }: { item: RejectedMutation }) {
  const client = useBranchline()
  const [asked, setAsked] = useState(false)
  const { id, mutation } = item

  return (
    <li className={styles.rejected}>
      <h4>{describe(mutation, client)}</h4>
      <p className={styles.reason}>{item.reason}</p>
      {item.remedy && <p className={styles.reason}>{item.remedy}</p>}
      <p className={styles.code}>{t('queue.code', { code: item.code, id })}</p>
      {asked ? (
        <div className={styles.actions}>
          <p className={styles.reason}>{t('queue.discard_hint')}</p>
          <Button variant="danger" onClick={() => void client.outbox.dismiss(id)}>
            {t('queue.discard_yes')}
          </Button>
          <Button onClick={() => setAsked(false)}>{t('queue.keep')}</Button>
        </div>
      ) : (
        <div className={styles.actions}>
          <Button onClick={() => void client.outbox.resend(id)}>{t('queue.resend')}</Button>
          <Button variant="quiet" onClick={() => setAsked(true)}>
            {t('queue.discard')}
          </Button>
        </div>
      )}
    </li>
  )
}
