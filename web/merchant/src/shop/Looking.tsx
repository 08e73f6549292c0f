import type { Row } from '@branchline/client'
import { usePresence } from '@branchline/client/react'
import { t } from '../i18n/index.ts'
import { Icon } from '../ui/Icon.tsx'
import styles from './Looking.module.css'
import { editChannel, rowChannel } from './presence.ts'
import { useShop } from './Shop.tsx'

interface LookingProps {
  readonly table: string
  readonly row: Row | undefined
  /** Whether one may change the row here: whoever else may, too, is seen as editing it. */
  readonly editing?: boolean
}

/** Who else has this row open. Its line is there before anybody is, so that nothing moves when somebody comes. */
export function Looking({ table, row, editing = false }: LookingProps) {
  const { user } = useShop()
  const others = usePresence(rowChannel(table, row)).filter(({ id }) => id !== user.id)
  const editors = usePresence(editing ? editChannel(table, row) : null).filter(({ id }) => id !== user.id)
  const isEdited = editors.length > 0
  const names = (isEdited ? editors : others).map(({ name }) => name).join(', ')
  const edited = editors.length > 1 ? t('people.editing_several', { names }) : t('people.editing', { names })
  return (
    <p className={styles.looking} role="status" data-testid="looking" title={names}>
      {names !== '' && (
        <>
          <Icon name="person" size={16} />
          <span className={styles.names}>{isEdited ? edited : t('presence.looking', { names })}</span>
        </>
      )}
    </p>
  )
}
