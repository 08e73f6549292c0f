import { t } from '../i18n/index.ts'
import '../i18n/backoffice.ts'
import { cx } from '../ui/cx.ts'
import { Icon } from '../ui/Icon.tsx'
import { type Column, isFigure } from './columns.ts'
import { labelOf } from './display.ts'
import { nextSort } from './filters.ts'
import styles from './RowList.module.css'

interface RowListHeadProps {
  readonly columns: readonly Column[]
  readonly template: string
  readonly sort: string | undefined
  readonly onSort: (sort: string | undefined) => void
}

export function RowListHead({ columns, template, sort, onSort }: RowListHeadProps) {
  return (
    <div className={styles.head} style={{ gridTemplateColumns: template }}>
      {columns.map(({ name, field }) => {
        const sorted = sort === name ? 'up' : sort === `-${name}` ? 'down' : null
        return (
          <button
            key={name}
            type="button"
            aria-pressed={sorted !== null}
            className={cx(styles.sort, isFigure(field) && styles.right)}
            onClick={() => onSort(nextSort(sort, name))}
            title={t('backoffice.sort_by', { field: labelOf(name, field) })}
          >
            <span className={styles.label}>{labelOf(name, field)}</span>
            {sorted && <Icon name={sorted} size={14} />}
          </button>
        )
      })}
    </div>
  )
}
