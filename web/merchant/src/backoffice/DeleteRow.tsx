import type { Row } from '@branchline/client'
import { useMutate } from '@branchline/client/react'
import { useState } from 'react'
import { t } from '../i18n/index.ts'
import '../i18n/backoffice.ts'
import { Button } from '../ui/Button.tsx'
import { useToast } from '../ui/Toast.tsx'
import styles from './RowForm.module.css'

/** Asks once, with the consequence in words. */
export function DeleteRow({ table, row, onDone }: { table: string; row: Row; onDone: () => void }) {
  const mutate = useMutate()
  const show = useToast()
  const [asked, setAsked] = useState(false)
  const remove = async () => {
    try {
      await mutate([{ table, id: row.id, kind: 'delete', fields: {} }])
      show({ tone: 'plain', text: t('backoffice.deleted') })
      onDone()
    } catch (error) {
      show({ tone: 'bad', text: (error as Error).message })
    }
  }

  if (!asked)
    return (
      <Button
        variant="quiet"
        size="lg"
        icon="trash"
        className={styles.delete ?? ''}
        onClick={() => setAsked(true)}
      >
        {t('backoffice.delete')}
      </Button>
    )
  return (
    <div className={styles.asked}>
      <p>{t('backoffice.delete_hint')}</p>
      <Button variant="danger" size="lg" icon="trash" onClick={() => void remove()}>
        {t('backoffice.delete_yes')}
      </Button>
      <Button size="lg" onClick={() => setAsked(false)}>
        {t('backoffice.keep')}
      </Button>
    </div>
  )
}
