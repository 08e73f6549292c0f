import type { ReactNode } from 'react'
import { t } from '../i18n/index.ts'
import styles from './Gate.module.css'

/** The page before one is in. */
export function Gate({ title, hint, children }: { title: string; hint: string; children: ReactNode }) {
  return (
    <main className={styles.gate}>
      <div className={styles.card}>
        <p className={styles.brand}>
          <img src="/icon.svg" alt="" width={32} height={32} />
          {t('app.name')}
        </p>
        <h1 className={styles.title}>{title}</h1>
        <p className={styles.hint}>{hint}</p>
        {children}
      </div>
    </main>
  )
}
