import { useBranchline } from '@branchline/client/react'
import { useCallback, useEffect, useState } from 'react'
import { t, tOr } from '../i18n/index.ts'
import { call } from '../server/call.ts'
import { useShop } from '../shop/Shop.tsx'
import { Badge } from '../ui/Badge.tsx'
import { Button } from '../ui/Button.tsx'
import { Empty, Skeleton } from '../ui/Empty.tsx'
import { PersonDialog } from './PersonDialog.tsx'
import type { Person } from './person.ts'
import styles from './Users.module.css'

type People =
  | { readonly kind: 'loading' }
  | { readonly kind: 'here'; readonly people: readonly Person[] }
  | { readonly kind: 'refused'; readonly message: string }

/** People are no rows of the shop: they are read from the server each time and never kept on a device. */
export function Users() {
  const client = useBranchline()
  const { user } = useShop()
  const [people, setPeople] = useState<People>({ kind: 'loading' })
  const [open, setOpen] = useState<Person | 'new' | null>(null)
  const load = useCallback(async () => {
    const answer = await call<readonly Person[]>(client, 'GET', '/api/users')
    setPeople(
      answer.kind === 'done'
        ? { kind: 'here', people: answer.body }
        : { kind: 'refused', message: answer.message },
    )
  }, [client])
  useEffect(() => {
    if (user.role === 'admin') void load()
  }, [load, user.role])

  if (user.role !== 'admin')
    return <Empty icon="key" title={t('access.not_allowed')} text={t('access.not_allowed_hint')} />
  return (
    <div className={styles.page}>
      <div className={styles.tools}>
        <h2 className={styles.title}>{t('access.people')}</h2>
        <Button variant="primary" size="lg" icon="plus" onClick={() => setOpen('new')}>
          {t('access.add_person')}
        </Button>
      </div>
      {people.kind === 'loading' && <Skeleton rows={5} height={60} />}
      {people.kind === 'refused' && (
        <Empty icon="offline" title={t('access.users_unreachable')} text={people.message}>
          <Button onClick={() => void load()}>{t('access.retry')}</Button>
        </Empty>
      )}
      {people.kind === 'here' && (
        <ul className={styles.list}>
          {people.people.map((person) => (
            <PersonRow key={person.id} person={person} onOpen={() => setOpen(person)} />
          ))}
        </ul>
      )}
      {open && (
        <PersonDialog
          person={open === 'new' ? null : open}
          onClose={() => setOpen(null)}
          onSaved={() => {
            setOpen(null)
            void load()
          }}
        />
      )}
    </div>
  )
}

function PersonRow({ person, onOpen }: { person: Person; onOpen: () => void }) {
  const { branches } = useShop()
  const names = person.branches
    .map((id) => branches.find((branch) => branch.id === id)?.name)
    .filter(Boolean)
    .join(', ')
  return (
    <li>
      <button type="button" className={styles.person} onClick={onOpen}>
        <span className={styles.who}>
          <strong>{person.name}</strong>
          <span className={styles.soft}>{person.email}</span>
        </span>
        <span className={styles.where}>
          {tOr(`roles.${person.role}`, person.role)}
          <span className={styles.soft}>{names}</span>
        </span>
        {person.disabled ? (
          <Badge tone="bad" icon="close">
            {t('access.disabled')}
          </Badge>
        ) : (
          <Badge tone="good" icon="check">
            {t('access.active')}
          </Badge>
        )}
      </button>
    </li>
  )
}
