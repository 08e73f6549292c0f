import { usePresence } from '@branchline/client/react'
import { useState } from 'react'
import { t, tOr } from '../i18n/index.ts'
import { branchChannel, together } from '../shop/presence.ts'
import { useShop } from '../shop/Shop.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Icon } from '../ui/Icon.tsx'
import styles from './Online.module.css'

const everyone = 'presence-everyone'

/** Who is at this branch at this moment. Administrators belong to all branches and see each other wherever they are. */
export function Online() {
  const { user, branch } = useShop()
  const [open, setOpen] = useState(false)
  const here = usePresence(branchChannel(branch.id))
  const office = usePresence(user.role === 'admin' ? everyone : null)
  const people = together(here, office)
  const label = t('presence.online_count', { count: people.length })

  return (
    <>
      <button
        type="button"
        className={styles.online}
        aria-label={label}
        title={label}
        data-testid="online"
        onClick={() => setOpen(true)}
      >
        <Icon name="users" size={18} />
        <span className={styles.count}>{people.length}</span>
      </button>
      {open && (
        <Dialog title={t('presence.online')} onClose={() => setOpen(false)}>
          <ul className={styles.people}>
            {people.map((person) => (
              <li key={person.id}>
                <span>{person.id === user.id ? t('presence.you', { name: person.name }) : person.name}</span>
                <span className={styles.role}>{tOr(`roles.${person.role}`, person.role)}</span>
              </li>
            ))}
          </ul>
        </Dialog>
      )}
    </>
  )
}
