import { useBranchline, useConnection, useOutbox, useSession } from '@branchline/client/react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { t } from '../i18n/index.ts'
import { cx } from '../ui/cx.ts'
import { Icon, type IconName } from '../ui/Icon.tsx'
import { useToast } from '../ui/Toast.tsx'
import styles from './Connection.module.css'
import { isSale } from './describe.ts'
import { QueueSheet } from './QueueSheet.tsx'

const looks = {
  live: { icon: 'live', tone: 'good' },
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
  const kind = connection.kind === 'sign_in_needed' && !session ? 'signed_out' : connection.kind
  const look = looks[kind]
  const sales = waiting > 0 ? client.outbox.entries().filter((entry) => isSale(entry.mutation)).length : 0
  useRefusalToast(rejected.length, () => setOpen(true))

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

/** Says once that something came back; the indicator keeps saying it. */
function useRefusalToast(refused: number, show: () => void) {
  const toast = useToast()
  const before = useRef(refused)
  useEffect(() => {
    if (refused > before.current) {
      toast({
        tone: 'bad',
        text: t('connection.refused_now'),
        action: { label: t('connection.show'), run: show },
      })
    }
    before.current = refused
  }, [refused, toast, show])
}
