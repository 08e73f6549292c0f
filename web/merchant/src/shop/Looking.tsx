import type { Row } from '@branchline/client'
import { usePresence } from '@branchline/client/react'
import { t } from '../i18n/index.ts'
import { Icon } from '../ui/Icon.tsx'
import styles from './Looking.module.css'
import { rowChannel } from './presence.ts'
import { useShop } from './Shop.tsx'

/** Who else has this row open. Its line is there before anybody is, so that nothing moves when somebody comes. */
export function Looking({ table, row }: { table: string; row: Row | undefined }) {
  const { user } = useShop()
  const others = usePresence(rowChannel(table, row)).filter(({ id }) => id !== user.id)
  const names = others.map(({ name }) => name).join(', ')
  return (
    <p className={styles.looking} role="status" data-testid="looking" title={names}>
      {others.length > 0 && (
        <>
          <Icon name="person" size={16} />
          <span className={styles.names}>{t('presence.looking', { names })}</span>
        </>
      )}
    </p>
  )
}
