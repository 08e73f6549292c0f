import { t } from '../../i18n/index.ts'
import { TextArea, TextField } from '../../ui/Field.tsx'
import type { AppSettings } from '../model.ts'
import styles from '../Realtime.module.css'
import { limitNames } from './settings.ts'

/** What can be set for an app. */
export function AppFields({ app }: { app: AppSettings }) {
  return (
    <>
      <TextField name="name" label={t('realtime.app_name')} defaultValue={app.name} />
      <Switch name="enabled" label={t('realtime.enable')} on={app.enabled} />
      <Switch name="clientEvents" label={t('realtime.client_events')} on={app.clientEvents} />
      <Switch name="subscriptionCount" label={t('realtime.subscription_count')} on={app.subscriptionCount} />
      <TextArea
        name="allowedOrigins"
        label={t('realtime.origins')}
        hint={t('realtime.origins_hint')}
        code
        defaultValue={app.allowedOrigins.join('\n')}
      />
      <TextArea
        name="webhooks"
        label={t('realtime.webhooks')}
        hint={t('realtime.webhooks_hint')}
        code
        defaultValue={app.webhooks.map(({ url }) => url).join('\n')}
      />
      <h3>{t('realtime.limits')}</h3>
      <p className={styles.hint}>{t('realtime.limits_none')}</p>
      {limitNames.map((name) => (
        <TextField
          key={name}
          name={name}
          label={t(`realtime.limit_names.${name}`)}
          defaultValue={String(app.limits[name] ?? '')}
          inputMode="numeric"
          figure
        />
      ))}
    </>
  )
}

function Switch({ name, label, on }: { name: string; label: string; on: boolean }) {
  return (
    <label className={styles.check}>
      <input type="checkbox" name={name} defaultChecked={on} />
      {label}
    </label>
  )
}
