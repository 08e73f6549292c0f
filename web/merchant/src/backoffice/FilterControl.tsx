import { useTable } from '@branchline/client/react'
import { useMemo } from 'react'
import { t } from '../i18n/index.ts'
import { cx } from '../ui/cx.ts'
import { enumWord, labelOf } from './display.ts'
import styles from './Filters.module.css'
import type { Filter, ListSearch } from './filters.ts'
import { RefBox } from './RefBox.tsx'

interface FilterControlProps {
  readonly filter: Filter
  readonly search: ListSearch
  readonly onChange: (patch: Record<string, string | undefined>) => void
}

const fewRows = 30

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

interface ControlProps {
  readonly label: string
  readonly value: string | undefined
  readonly onChange: (value: string | undefined) => void
}

function Choice({
  label,
  value,
  options,
  onChange,
}: ControlProps & { options: readonly (readonly [string, string])[] }) {
  return (
    <select
      aria-label={label}
      className={cx(styles.select, value && styles.on)}
      value={value ?? ''}
      onChange={(event) => onChange(event.target.value || undefined)}
    >
      <option value="">{t('backoffice.any', { field: label })}</option>
      {options.map(([option, word]) => (
        <option key={option} value={option}>
          {word}
        </option>
      ))}
    </select>
  )
}

function Day({ label, value, onChange }: ControlProps) {
  return (
    <input
      type="date"
      aria-label={label}
      className={cx(styles.date, value && styles.on)}
      value={value ?? ''}
      onChange={(event) => onChange(event.target.value || undefined)}
    />
  )
}

/** A short list is a choice; a long one is searched. */
function Reference({ label, table, value, onChange }: ControlProps & { table: string }) {
  const { rows } = useTable(
    table,
    useMemo(() => ({ limit: fewRows + 1 }), []),
  )
  if (rows.length > fewRows)
    return (
      <RefBox
        label={label}
        table={table}
        value={value ?? null}
        compact
        onChange={(id) => onChange(id ?? undefined)}
      />
    )
  return (
    <Choice
      label={label}
      value={value}
      options={rows.map((row) => [row.id, String(row.name ?? row.title ?? row.number ?? row.id)])}
      onChange={onChange}
    />
  )
}
