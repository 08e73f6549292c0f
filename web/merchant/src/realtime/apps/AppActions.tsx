import { useState } from 'react'
import { t } from '../../i18n/index.ts'
import { Button } from '../../ui/Button.tsx'
import type { AppSettings } from '../model.ts'
import styles from '../Realtime.module.css'

const atOnce = '00:00:00'

interface AppActionsProps {
  readonly app: AppSettings
  readonly onRotate: (grace?: string) => Promise<void>
  readonly onRemove: () => Promise<void>
}

/** What cannot be taken back says first what it does. */
export function AppActions({ app, onRotate, onRemove }: AppActionsProps) {
  const [asks, setAsks] = useState(false)
  const mayRemove = !app.isOwn && !app.isReadOnly
  return (
    <>
      {app.mayRotate && (
        <section className={styles.act}>
          <h3>{t('realtime.secret')}</h3>
          <p className={styles.hint}>{t('realtime.rotate_hint')}</p>
          <div className={styles.buttons}>
            <Button icon="key" onClick={() => void onRotate()}>
              {t('realtime.rotate')}
            </Button>
            <Button variant="danger" onClick={() => void onRotate(atOnce)}>
              {t('realtime.rotate_leaked')}
            </Button>
          </div>
        </section>
      )}
      {mayRemove && (
        <section className={styles.act}>
          <h3>{t('realtime.remove')}</h3>
          <p className={styles.hint}>{t('realtime.remove_hint')}</p>
          <div className={styles.buttons}>
            {asks ? (
              <>
                <Button variant="danger" onClick={() => void onRemove()}>
                  {t('realtime.remove_yes')}
                </Button>
                <Button onClick={() => setAsks(false)}>{t('realtime.keep')}</Button>
              </>
            ) : (
              <Button variant="danger" icon="trash" onClick={() => setAsks(true)}>
                {t('realtime.remove')}
              </Button>
            )}
          </div>
        </section>
      )}
    </>
  )
}
