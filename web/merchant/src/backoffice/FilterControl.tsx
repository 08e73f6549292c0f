import { t } from '../i18n/index.ts'
import '../i18n/backoffice.ts'
import { enumWord, labelOf } from './display.ts'
import { Choice, Day, Reference } from './FilterInputs.tsx'
import styles from './Filters.module.css'
import type { Filter, ListSearch } from './filters.ts'

interface FilterControlProps {
  readonly filter: Filter
  readonly search: ListSearch
  readonly onChange: (patch: Record<string, string | undefined>) => void
}

export function FilterControl({ filter, search, onChange }: FilterControlProps) {
  const { name, field, kind } = filter
  const label = labelOf(name, field)
  switch (kind) {
    case 'choice':
      return (
        <Choice
          label={label}
          value={search[name]}
          options={(field.values ?? []).map((value) => [value, enumWord(value)])}
          onChange={(value) => onChange({ [name]: value })}
        />
      )
    case 'flag':
      return (
        <Choice
          label={label}
          value={search[name]}
          options={[
            ['true', t('ui.yes')],
            ['false', t('ui.no')],
          ]}
          onChange={(value) => onChange({ [name]: value })}
        />
      )
    case 'ref':
      return (
        <Reference
          label={label}
          table={field.table ?? ''}
          value={search[name]}
          onChange={(value) => onChange({ [name]: value })}
        />
      )
    case 'range':
      return (
        <span className={styles.control}>
          {label}
          <Day
            label={t('backoffice.from', { field: label })}
            value={search[`${name}.from`]}
            onChange={(value) => onChange({ [`${name}.from`]: value })}
          />
          –
          <Day
            label={t('backoffice.to', { field: label })}
            value={search[`${name}.to`]}
            onChange={(value) => onChange({ [`${name}.to`]: value })}
          />
        </span>
      )
  }
}
