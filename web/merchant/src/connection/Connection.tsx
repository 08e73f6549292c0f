import type { ConnectionState } from '@branchline/client'
import { useBranchline, useConfirmed, useConnection, useOutbox, useSession } from '@branchline/client/react'
import { type ReactNode, useCallback, useState } from 'react'
import { t } from '../i18n/index.ts'
import { cx } from '../ui/cx.ts'
import { Icon, type IconName } from '../ui/Icon.tsx'
import styles from './Connection.module.css'
import { isSale } from './describe.ts'
import { QueueSheet } from './QueueSheet.tsx'
import { useNotices } from './useNotices.ts'

const looks = {
  live: { icon: 'live', tone: 'good' },
  loading: { icon: 'connecting', tone: 'plain' },
  connecting: { icon: 'connecting', tone: 'plain' },
  offline: { icon: 'offline', tone: 'warn' },
  sign_in_needed: { icon: 'key', tone: 'warn' },
  signed_out: { icon: 'live', tone: 'plain' },
} as const satisfies Record<string, { icon: IconName; tone: string }>

/** Stands in the same corner of every page. One touch opens the queue. */
export function Connection({ signIn }: { signIn?: ReactNode }) {
  const client = useBranchline()
  const connection = useConnection()
  const session = useSession()
  const { waiting, rejected } = useOutbox()
  const [open, setOpen] = useState(false)
  const kind = shownKind(connection.kind, { isConfirmed: useConfirmed(), isSignedIn: session !== null })
  const look = looks[kind]
  const sales = waiting > 0 ? client.outbox.entries().filter((entry) => isSale(entry.mutation)).length : 0
  useNotices(useCallback(() => setOpen(true), []))

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
          {t(`connection.${kind}`)}
          {waiting > 0 && (
            <span className={styles.waiting} data-count={waiting}>
              {' · '}
              {sales > 0
                ? t('connection.waiting_sales', { count: sales })
                : t('connection.waiting', { count: waiting })}
            </span>
          )}
        </span>
        {rejected.length > 0 && ' '}
        {rejected.length > 0 && (
          <span className={styles.rejected}>
            <Icon name="alert" size={16} />
            <span className={styles.refused} data-count={rejected.length}>
              {t('connection.refused', { count: rejected.length })}
            </span>
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

/** In touch is not live yet: until everything was read, what is shown may be from yesterday. */
function shownKind(
  kind: ConnectionState['kind'],
  { isConfirmed, isSignedIn }: { isConfirmed: boolean; isSignedIn: boolean },
): keyof typeof looks {
  if (kind === 'sign_in_needed' && !isSignedIn) return 'signed_out'
  return kind === 'live' && !isConfirmed ? 'loading' : kind
}
