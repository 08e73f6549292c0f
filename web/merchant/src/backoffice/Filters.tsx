import type { TableDeclaration } from '@branchline/client'
import { useState } from 'react'
import { t } from '../i18n/index.ts'
import '../i18n/backoffice.ts'
import { Button } from '../ui/Button.tsx'
import { phone, useMedia } from '../ui/useMedia.ts'
import { FilterControl } from './FilterControl.tsx'
import styles from './Filters.module.css'
import { activeFilters, filtersOf, type ListSearch } from './filters.ts'

interface FiltersProps {
  readonly declaration: TableDeclaration
  readonly search: ListSearch
  readonly onChange: (patch: Record<string, string | undefined>) => void
}

/** The first ones in sight, the others one touch away. */
export function Filters({ declaration, search, onChange }: FiltersProps) {
  const isPhone = useMedia(phone)
  const filters = filtersOf(declaration)
  const near = isPhone ? 1 : 3
  const active = activeFilters(declaration, search)
  const [all, setAll] = useState(() =>
    filters
      .slice(near)
      .some((filter) => search[filter.name] || search[`${filter.name}.from`] || search[`${filter.name}.to`]),
  )
  if (filters.length === 0) return null
  const shown = all ? filters : filters.slice(0, near)
  const clear = () =>
    onChange(
      Object.fromEntries(
        filters.flatMap(({ name }) => [
          [name, undefined],
          [`${name}.from`, undefined],
          [`${name}.to`, undefined],
        ]),
      ),
    )

  return (
    <div className={styles.filters}>
      {shown.map((filter) => (
        <FilterControl key={filter.name} filter={filter} search={search} onChange={onChange} />
      ))}
      {filters.length > near && (
        <Button icon="filter" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t('backoffice.fewer_filters') : t('backoffice.more_filters')}
        </Button>
      )}
      {active > 0 && (
        <Button variant="quiet" onClick={clear}>
          {t('backoffice.clear_filters', { count: active })}
        </Button>
      )}
    </div>
  )
}
