import type { StorageVerdict } from '@branchline/client'
import { useBranchline, useStorage } from '@branchline/client/react'
import { useState } from 'react'
import { bytes } from '../format/bytes.ts'
import { t } from '../i18n/index.ts'
import { Badge, type Tone } from '../ui/Badge.tsx'
import { Button } from '../ui/Button.tsx'
import type { IconName } from '../ui/Icon.tsx'
import styles from './StorageNote.module.css'

const looks: Readonly<Record<StorageVerdict, { readonly tone: Tone; readonly icon: IconName }>> = {
  persistent: { tone: 'good', icon: 'check' },
  best_effort: { tone: 'warn', icon: 'alert' },
  private: { tone: 'bad', icon: 'alert' },
  unknown: { tone: 'warn', icon: 'info' },
}

/** What the browser promises of what is kept here, in plain words, and the way to a better promise. */
export function StorageNote() {
  const { storage } = useBranchline()
  const { verdict, usage, quota } = useStorage()
  const [refused, setRefused] = useState(false)
  const ask = async () => setRefused((await storage.persist()) !== 'persistent')

  return (
    <section className={styles.note} data-storage={verdict}>
      <h3 className={styles.title}>
        {t('storage.title')}
        <Badge tone={looks[verdict].tone} icon={looks[verdict].icon}>
          {t(`storage.verdicts.${verdict}`)}
        </Badge>
      </h3>
      <p className={styles.hint}>{t(`storage.hints.${verdict}`)}</p>
      {verdict === 'best_effort' && (
        <>
          <Button onClick={() => void ask()}>{t('storage.ask')}</Button>
          <p className={styles.hint} role="status">
            {t(refused ? 'storage.refused' : 'storage.ask_hint')}
          </p>
        </>
      )}
      {usage !== null && quota !== null && (
        <p className={styles.small}>{t('storage.used', { used: bytes(usage), quota: bytes(quota) })}</p>
      )}
    </section>
  )
}
