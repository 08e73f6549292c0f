import { formatInstant } from '../../format/time.ts'
import { t } from '../../i18n/index.ts'
import { Badge } from '../../ui/Badge.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Code } from '../Code.tsx'
import type { AppSettings } from '../model.ts'
import styles from '../Realtime.module.css'
import { envOf, placeOf } from '../snippets.ts'

/** The only time a secret is seen. */
export function SecretDialog({ app, onClose }: { app: AppSettings; onClose: () => void }) {
  const title = t('realtime.secret_made', { name: app.name })
  const [until] = app.previousSecretsUntil
  return (
    <Dialog title={title} onClose={onClose} wide>
      <p className={styles.state}>
        <Badge tone="warn" icon="key">
          {t('realtime.secret')}
        </Badge>
        {t('realtime.secret_once')}
      </p>
      {until && <p className={styles.hint}>{t('realtime.previous_until', { at: formatInstant(until) })}</p>}
      <Code text={envOf(placeOf(new URL(window.location.href), app), app.secret)} label={title} />
    </Dialog>
  )
}
