import { useSchema } from '@branchline/client/react'
import { Link, useNavigate } from '@tanstack/react-router'
import { words } from '../format/words.ts'
import { t, tOr } from '../i18n/index.ts'
import '../i18n/backoffice.ts'
import { useShop } from '../shop/Shop.tsx'
import { useMedia } from '../ui/useMedia.ts'
import { groupsOf } from './groups.ts'
import styles from './TableMenu.module.css'

/** The other tables: a list where there is room, else a choice. */
export function TableMenu({ table }: { table: string }) {
  const { user } = useShop()
  const schema = useSchema()
  const navigate = useNavigate()
  const isNarrow = useMedia('(max-width: 1099px)')
  const groups = groupsOf(schema, user.role)
  const title = (feature: string) => tOr(`features.${feature}`, words(feature))

  if (isNarrow) {
    return (
      <div className={styles.choice}>
        <select
          aria-label={t('backoffice.table')}
          value={table}
          onChange={(event) =>
            void navigate({ to: '/back-office/$table', params: { table: event.target.value }, search: {} })
          }
        >
          {groups.map((group) => (
            <optgroup key={group.feature} label={title(group.feature)}>
              {group.tables.map(({ name, label }) => (
                <option key={name} value={name}>
                  {label}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      </div>
    )
  }
  return (
    <nav className={styles.menu} aria-label={t('backoffice.table')}>
      {groups.map((group) => (
        <section key={group.feature}>
          <h2 className={styles.heading}>{title(group.feature)}</h2>
          {group.tables.map(({ name, label }) => (
            <Link
              key={name}
              to="/back-office/$table"
              params={{ table: name }}
              search={{}}
              className={styles.link}
              activeProps={{ className: styles.here ?? '' }}
              activeOptions={{ includeSearch: false }}
            >
              {label}
            </Link>
          ))}
        </section>
      ))}
    </nav>
  )
}
