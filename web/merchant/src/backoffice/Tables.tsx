import { useSchema } from '@branchline/client/react'
import { Link } from '@tanstack/react-router'
import { words } from '../format/words.ts'
import { t, tOr } from '../i18n/index.ts'
import '../i18n/backoffice.ts'
import { useShop } from '../shop/Shop.tsx'
import { Icon } from '../ui/Icon.tsx'
import { groupsOf } from './groups.ts'
import styles from './Tables.module.css'

/** Every table of the schema this person may read, by feature. */
export function Tables() {
  const { user } = useShop()
  const schema = useSchema()
  return (
    <div className={styles.page}>
      {groupsOf(schema, user.role).map((group) => (
        <section key={group.feature} className={styles.group}>
          <h2 className={styles.heading}>{tOr(`features.${group.feature}`, words(group.feature))}</h2>
          <ul className={styles.tables}>
            {group.tables.map(({ name, label }) => (
              <li key={name}>
                <Link to="/back-office/$table" params={{ table: name }} search={{}} className={styles.table}>
                  {label}
                  <Icon name="arrowRight" size={18} />
                </Link>
              </li>
            ))}
          </ul>
        </section>
      ))}
      <p className={styles.hint}>{t('backoffice.generated')}</p>
    </div>
  )
}
