import { useTable } from '@branchline/client/react'
import { useMemo } from 'react'
import { t } from '../i18n/index.ts'
import '../i18n/backoffice.ts'
import { cx } from '../ui/cx.ts'
import styles from './Filters.module.css'
import { RefBox } from './RefBox.tsx'

const fewRows = 30

interface ControlProps {
  readonly label: string
  readonly value: string | undefined
  readonly onChange: (value: string | undefined) => void
}

export function Choice({
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

export function Day({ label, value, onChange }: ControlProps) {
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
export function Reference({ label, table, value, onChange }: ControlProps & { table: string }) {
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
