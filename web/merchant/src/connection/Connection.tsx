import { useConnection, useOutbox } from '@branchline/client/react'
import { type ReactNode, useState } from 'react'
import { t } from '../i18n/index.ts'
import { cx } from '../ui/cx.ts'
import { Icon, type IconName } from '../ui/Icon.tsx'
import styles from './Connection.module.css'
import { QueueSheet } from './QueueSheet.tsx'

const looks = {
  live: { icon: 'live', tone: 'good' },
  connecting: { icon: 'connecting', tone: 'plain' },
  offline: { icon: 'offline', tone: 'warn' },
  sign_in_needed: { icon: 'key', tone: 'warn' },
} as const satisfies Record<string, { icon: IconName; tone: string }>

/** Stands in the same corner of every page. One touch opens the queue. */
export function Connection({ signIn }: { signIn?: ReactNode }) {
  const connection = useConnection()
  const { waiting, rejected } = useOutbox()
  const [open, setOpen] = useState(false)
  const look = looks[connection.kind]

  return (
    <>
      <button
        type="button"
        className={cx(styles.pill, styles[look.tone])}
        onClick={() => setOpen(true)}
        data-state={connection.kind}
        data-testid="connection"
      >
        <Icon name={look.icon} size={18} />
        <span className={styles.word} role="status">
          {t(`connection.${connection.kind}`)}
          {waiting > 0 && (
            <span className={styles.waiting}> · {t('connection.waiting', { count: waiting })}</span>
          )}
        </span>
        {rejected.length > 0 && (
          <span className={styles.rejected}>
            <Icon name="alert" size={16} />
            {t('connection.refused', { count: rejected.length })}
          </span>
        )}
      </button>
      {open && (
        <QueueSheet
          signIn={connection.kind === 'sign_in_needed' ? signIn : null}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  )
}
