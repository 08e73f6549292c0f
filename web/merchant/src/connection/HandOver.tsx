import { useBranchline } from '@branchline/client/react'
import { type FormEvent, useState } from 'react'
import { t } from '../i18n/index.ts'
import { Button } from '../ui/Button.tsx'
import { TextArea } from '../ui/Field.tsx'
import { useToast } from '../ui/Toast.tsx'
import styles from './Queue.module.css'

/** Gives a refused change to the managers. It stays here until their tray has it. */
export function HandOver({ id, onBack }: { id: string; onBack: () => void }) {
  const client = useBranchline()
  const show = useToast()
  const [busy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState('')

  const give = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const note = String(new FormData(event.currentTarget).get('note')).trim()
    setBusy(true)
    try {
      await client.outbox.handOver(id, note)
      show({ tone: 'good', text: t('queue.handed_over') })
    } catch (error) {
      setBusy(false)
      setRefusal(t('queue.not_handed_over', { reason: (error as Error).message }))
    }
  }

  return (
    <form className={styles.step} onSubmit={(event) => void give(event)}>
      <p className={styles.hint}>{t('queue.hand_over_hint')}</p>
      <TextArea label={t('queue.hand_over_note')} name="note" maxLength={500} />
      <p role="alert" className={styles.refusal}>
        {refusal}
      </p>
      <div className={styles.actions}>
        <Button type="submit" variant="primary" disabled={busy}>
          {t('queue.hand_over_yes')}
        </Button>
        <Button onClick={onBack}>{t('queue.keep')}</Button>
      </div>
    </form>
  )
}
