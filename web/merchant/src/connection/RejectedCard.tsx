import type { RejectedMutation } from '@branchline/client'
import { useBranchline } from '@branchline/client/react'
import { useState } from 'react'
import { formatInstant } from '../format/time.ts'
import { t } from '../i18n/index.ts'
import { Button } from '../ui/Button.tsx'
import { describe } from './describe.ts'
import { EditRejected } from './EditRejected.tsx'
import { HandOver } from './HandOver.tsx'
import styles from './Queue.module.css'
import { reasonText } from './reasons.ts'

type Step = 'read' | 'edit' | 'hand_over' | 'discard'

/** A write the shop's server refused: why, in plain words, and what can be done. Nothing is lost until it is discarded here. */
export function RejectedCard({ item }: { item: RejectedMutation }) {
  const client = useBranchline()
  const [step, setStep] = useState<Step>('read')
  const [refusal, setRefusal] = useState('')
  const { id, mutation } = item
  const plain = reasonText(item.code)
  const back = () => setStep('read')
  const resend = () =>
    client.outbox.resend(id).catch((error: unknown) => setRefusal((error as Error).message))

  return (
    <li className={styles.rejected} data-rejected={id}>
      <h4 className={styles.what}>{describe(mutation, client)}</h4>
      <p className={styles.reason}>{plain || item.reason}</p>
      {plain && <p className={styles.said}>{t('queue.said', { reason: item.reason })}</p>}
      {!plain && item.remedy && <p className={styles.said}>{item.remedy}</p>}
      <p className={styles.code}>
        {formatInstant(item.rejectedAt)} · {t('queue.code', { code: item.code, id })}
      </p>
      {refusal && (
        <p role="alert" className={styles.refusal}>
          {refusal}
        </p>
      )}
      {step === 'edit' && <EditRejected item={item} onBack={back} />}
      {step === 'hand_over' && <HandOver id={id} onBack={back} />}
      {step === 'discard' && (
        <div className={styles.step}>
          <p className={styles.reason}>{t('queue.discard_hint')}</p>
          <div className={styles.actions}>
            <Button variant="danger" onClick={() => void client.outbox.dismiss(id)}>
              {t('queue.discard_yes')}
            </Button>
            <Button onClick={back}>{t('queue.keep')}</Button>
          </div>
        </div>
      )}
      {step === 'read' && (
        <div className={styles.actions}>
          <Button onClick={() => setStep('edit')}>{t('queue.edit')}</Button>
          <Button onClick={() => void resend()}>{t('queue.resend')}</Button>
          <Button onClick={() => setStep('hand_over')}>{t('queue.hand_over')}</Button>
          <Button variant="quiet" onClick={() => setStep('discard')}>
            {t('queue.discard')}
          </Button>
        </div>
      )}
    </li>
  )
}
