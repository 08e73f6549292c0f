import { useBranchline } from '@branchline/client/react'
import { type FormEvent, useState } from 'react'
import { t } from '../../i18n/index.ts'
import { call } from '../../server/call.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { TextField } from '../../ui/Field.tsx'
import type { AppSettings } from '../model.ts'
import styles from '../Realtime.module.css'

interface NewAppProps {
  readonly onClose: () => void
  readonly onMade: (app: AppSettings) => void
}

/** A further application: it gets id, key and secret of its own. */
export function NewApp({ onClose, onMade }: NewAppProps) {
  const client = useBranchline()
  const [refusal, setRefusal] = useState<{ field?: string; message: string } | null>(null)
  const make = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const typed = new FormData(event.currentTarget)
    const wish = { name: String(typed.get('name')).trim(), id: String(typed.get('id')).trim() }
    const answer = await call<AppSettings>(client, 'POST', '/api/realtime/apps', wish)
    if (answer.kind === 'done') onMade(answer.body)
    else setRefusal(answer)
  }
  const errorOf = (field: string) => (refusal?.field === field ? refusal.message : undefined)

  return (
    <Dialog
      title={t('realtime.new_app')}
      onClose={onClose}
      footer={
        <Button variant="primary" size="lg" type="submit" form="new-app">
          {t('realtime.add_app')}
        </Button>
      }
    >
      <form id="new-app" onSubmit={(event) => void make(event)}>
        <TextField
          name="name"
          label={t('realtime.app_name')}
          required
          data-focus=""
          error={errorOf('name')}
        />
        <TextField
          name="id"
          label={t('realtime.app_id')}
          hint={t('realtime.app_id_hint')}
          error={errorOf('id')}
        />
        <p className={styles.error} role="alert">
          {refusal && refusal.field === undefined && refusal.message}
        </p>
      </form>
    </Dialog>
  )
}
