import type { Row } from '@branchline/client'
import { t } from '../i18n/index.ts'
import { cx } from '../ui/cx.ts'
import styles from './Categories.module.css'

interface CategoriesProps {
  readonly categories: readonly Row[]
  readonly chosen: string | null
  readonly onChoose: (id: string | null) => void
}

export function Categories({ categories, chosen, onChoose }: CategoriesProps) {
  const chip = (id: string | null, name: string) => (
    <button
      key={id ?? 'all'}
      type="button"
      aria-pressed={chosen === id}
      className={cx(styles.chip, chosen === id && styles.chosen)}
      onClick={() => onChoose(id)}
    >
      {name}
    </button>
  )
  return (
    <nav className={styles.chips} aria-label={t('till.categories')}>
      {chip(null, t('till.all'))}
      {categories.map((category) => chip(category.id, String(category.name)))}
    </nav>
  )
}
