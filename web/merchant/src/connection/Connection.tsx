import type { ConnectionState } from '@branchline/client'
import { useConfirmed, useConnection, useSession } from '@branchline/client/react'
import { type ReactNode, Suspense, useCallback, useState } from 'react'
import { span } from '../format/span.ts'
import { t } from '../i18n/index.ts'
import { cx } from '../ui/cx.ts'
import { Icon, type IconName } from '../ui/Icon.tsx'
import { later } from '../ui/later.ts'
import { useOldAge } from './age.ts'
import styles from './Connection.module.css'
import { useStuck, useUnsent } from './unsent.ts'
import { useBadge } from './useBadge.ts'
import { useNotices } from './useNotices.ts'

const QueueSheet = later(() => import('./QueueSheet.tsx').then((module) => module.QueueSheet))

const looks = {
  live: { icon: 'live', tone: 'good' },
  loading: { icon: 'connecting', tone: 'plain' },
  connecting: { icon: 'connecting', tone: 'plain' },
  offline: { icon: 'offline', tone: 'warn' },
  stuck: { icon: 'alert', tone: 'warn' },
  sign_in_needed: { icon: 'key', tone: 'warn' },
  signed_out: { icon: 'live', tone: 'plain' },
} as const satisfies Record<string, { icon: IconName; tone: string }>

/** Stands in the same corner of every page. One touch opens the queue. */
export function Connection({ signIn }: { signIn?: ReactNode }) {
  const connection = useConnection()
  const session = useSession()
  const { changes, sales, refused } = useUnsent()
  const isStuck = useStuck() !== null
  const age = useOldAge(connection.kind)
  const [open, setOpen] = useState(false)
  const state = { isConfirmed: useConfirmed(), isSignedIn: session !== null, isStuck }
  const kind = shownKind(connection.kind, state)
  const look = looks[kind]
  useBadge(sales)
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
          <span className={cx(age !== null && styles.kind)}>{t(`connection.${kind}`)}</span>
          {changes > 0 && (
            <span className={styles.waiting} data-count={changes}>
              {' · '}
              {sales > 0
                ? t('connection.waiting_sales', { count: sales })
                : t('connection.waiting', { count: changes })}
            </span>
          )}
          {age !== null && (
            <span className={styles.age}>
              <span className={styles.dot}> · </span>
              {span(age)}
            </span>
          )}
        </span>
        {refused > 0 && ' '}
        {refused > 0 && (
          <span className={styles.rejected}>
            <Icon name="alert" size={16} />
            <span className={styles.refused} data-count={refused}>
              {t('connection.refused', { count: refused })}
            </span>
          </span>
        )}
      </button>
      {open && (
        <Suspense>
          <QueueSheet signIn={signIn} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}

/** In touch is not live yet: until everything was read, what is shown may be from yesterday. */
function shownKind(
  kind: ConnectionState['kind'],
  {
    isConfirmed,
    isSignedIn,
    isStuck,
  }: { readonly isConfirmed: boolean; readonly isSignedIn: boolean; readonly isStuck: boolean },
): keyof typeof looks {
  if (kind === 'sign_in_needed' && !isSignedIn) return 'signed_out'
  if (isStuck) return 'stuck'
  return kind === 'live' && !isConfirmed ? 'loading' : kind
}
