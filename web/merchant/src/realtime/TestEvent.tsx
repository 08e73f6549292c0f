import { useBranchline } from '@branchline/client/react'
import { type FormEvent, useState } from 'react'
import { t } from '../i18n/index.ts'
import { call } from '../server/call.ts'
import { Button } from '../ui/Button.tsx'
import { TextArea, TextField } from '../ui/Field.tsx'
import { useToast } from '../ui/Toast.tsx'
import styles from './Realtime.module.css'

/** Says something by hand, to see who hears it. */
export function TestEvent({ app, channel }: { app: string; channel: string }) {
  const client = useBranchline()
  const show = useToast()
  const [refusal, setRefusal] = useState<{ field?: string; message: string } | null>(null)

  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const wish = Object.fromEntries(new FormData(event.currentTarget))
    const answer = await call<{ subscriptions: number }>(client, 'POST', '/api/realtime/publish', {
      app,
      ...wish,
    })
    if (answer.kind === 'done') {
      setRefusal(null)
      show({ tone: 'good', text: t('realtime.published', { count: answer.body.subscriptions }) })
    } else setRefusal(answer)
  }
  const errorOf = (field: string) => (refusal?.field === field ? refusal.message : undefined)

  return (
    <form
      className={styles.card}
      onSubmit={(event) => void send(event)}
      aria-label={t('realtime.test_event')}
    >
      <h2>{t('realtime.test_event')}</h2>
      <TextField
        name="channel"
        label={t('realtime.channel')}
        required
        defaultValue={channel}
        error={errorOf('channel')}
      />
      <TextField name="name" label={t('realtime.event_name')} required error={errorOf('name')} />
      <TextArea
        name="data"
        label={t('realtime.data')}
        hint={t('realtime.data_hint')}
        code
        defaultValue="{}"
      />
      {refusal && refusal.field === undefined && (
        <p className={styles.error} role="alert">
          {refusal.message}
        </p>
      )}
      <Button type="submit" variant="primary" size="lg">
        {t('realtime.publish')}
      </Button>
    </form>
  )
}
