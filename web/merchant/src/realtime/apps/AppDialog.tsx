import { useBranchline } from '@branchline/client/react'
import { type FormEvent, useState } from 'react'
import { t } from '../../i18n/index.ts'
import { type Answer, call } from '../../server/call.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { useToast } from '../../ui/Toast.tsx'
import type { AppSettings } from '../model.ts'
import styles from '../Realtime.module.css'
import { AppActions } from './AppActions.tsx'
import { AppFields } from './AppFields.tsx'
import { changesOf } from './settings.ts'

interface AppDialogProps {
  readonly app: AppSettings
  readonly onClose: () => void
  readonly onChanged: (app?: AppSettings) => void
}

/** One app: what it may, and the ways to a new secret and out. */
export function AppDialog({ app, onClose, onChanged }: AppDialogProps) {
  const client = useBranchline()
  const show = useToast()
  const [refusal, setRefusal] = useState('')
  const path = `/api/realtime/apps/${encodeURIComponent(app.id)}`
  const settle = (answer: Answer<AppSettings>, said: string) => {
    if (answer.kind === 'refused')
      return setRefusal(`${answer.field ? `${answer.field}: ` : ''}${answer.message}`)
    show({ tone: 'good', text: said })
    onChanged(answer.body ?? undefined)
  }
  const save = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const changes = changesOf(app, new FormData(event.currentTarget))
    settle(await call<AppSettings>(client, 'PUT', path, changes), t('realtime.saved'))
  }

  return (
    <Dialog
      title={app.name}
      shape="sheet"
      onClose={onClose}
      footer={
        app.isReadOnly ? undefined : (
          <Button variant="primary" size="lg" type="submit" form="app">
            {t('realtime.save')}
          </Button>
        )
      }
    >
      <dl className={styles.facts}>
        <dt>{t('realtime.app_id')}</dt>
        <dd className={styles.code}>{app.id}</dd>
        <dt>{t('realtime.app_key')}</dt>
        <dd className={styles.code}>{app.key}</dd>
      </dl>
      {app.isReadOnly && <p className={styles.hint}>{t('realtime.read_only_hint')}</p>}
      <p className={styles.error} role="alert">
        {refusal}
      </p>
      <form id="app" onSubmit={(event) => void save(event)} noValidate>
        <fieldset className={styles.fields} disabled={app.isReadOnly}>
          <AppFields app={app} />
        </fieldset>
      </form>
      <AppActions
        app={app}
        onRotate={async (grace) =>
          settle(
            await call<AppSettings>(client, 'POST', `${path}/rotate`, grace === undefined ? {} : { grace }),
            t('realtime.saved'),
          )
        }
        onRemove={async () => settle(await call<AppSettings>(client, 'DELETE', path), t('realtime.removed'))}
      />
    </Dialog>
  )
}
