import type { FieldDeclaration } from '@branchline/client'
import { useBranchline } from '@branchline/client/react'
import { words } from '../format/words.ts'
import { t } from '../i18n/index.ts'
import { SelectField, TextField } from '../ui/Field.tsx'
import { titleOf } from './titles.ts'

interface OneFieldProps {
  readonly label: string
  readonly field: FieldDeclaration | undefined
  /** Undefined when the field is left out. */
  readonly value: string | undefined
  readonly error: string | undefined
  readonly onChange: (text: string) => void
}

/** So many rows are still a list to choose from. */
const most = 500

/** One value to be put right: chosen where there are choices, else typed. Nobody has to read an id. */
export function OneField({ label, field, value, error, onChange }: OneFieldProps) {
  const client = useBranchline()
  const props = { label, error, value: value ?? '', disabled: value === undefined }
  const rows = field?.type === 'ref' && field.table ? client.rows(field.table) : []
  const choices =
    field?.type === 'enum'
      ? (field.values ?? []).map((one) => ({ value: one, label: words(one) }))
      : rows
          .map((row) => ({ value: row.id, label: titleOf(client, field?.table ?? '', row) }))
          .toSorted((a, b) => a.label.localeCompare(b.label))
  if (choices.length === 0 || choices.length > most)
    return <TextField {...props} onChange={({ target }) => onChange(target.value)} />

  const isKnown = !value || value === 'null' || choices.some((choice) => choice.value === value)
  return (
    <SelectField {...props} onChange={({ target }) => onChange(target.value)}>
      {!field?.required && <option value={value === 'null' ? 'null' : ''}>{t('writes.nothing')}</option>}
      {!isKnown && <option value={value}>{t('writes.gone')}</option>}
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.label}
        </option>
      ))}
    </SelectField>
  )
}
