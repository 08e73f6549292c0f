import { useEffect, useState } from 'react'
import { t } from '../i18n/index.ts'
import { Button } from '../ui/Button.tsx'
import { useInstall } from './install.ts'
import styles from './StorageNote.module.css'
import { askWorker, goBack, tryAgain, type Versions } from './worker.ts'

/** The app on this device: how to install it, which version runs, and the way back to the one before. */
export function AppNote() {
  const install = useInstall()
  const [versions, setVersions] = useState<Versions | null>(null)
  useEffect(() => void askWorker<Versions>({ kind: 'versions' }).then(setVersions), [])
  if (!install && !versions) return null

  return (
    <section className={styles.note}>
      {install && (
        <>
          <Button icon="down" onClick={install}>
            {t('app.install')}
          </Button>
          <p className={styles.hint}>{t('app.install_hint')}</p>
        </>
      )}
      {versions?.setAside && (
        <>
          <p className={styles.hint}>{t('app.version_aside')}</p>
          <Button onClick={() => void tryAgain()}>{t('app.version_again')}</Button>
        </>
      )}
      {versions && (
        <p className={styles.small}>
          {t('app.version')} {versions.serving}
        </p>
      )}
      {versions?.previous && (
        <Button variant="quiet" onClick={() => void goBack()}>
          {t('app.version_back')}
        </Button>
      )}
    </section>
  )
}
