import type { FieldDeclaration } from '@branchline/client'
import { type Control, Controller, type ControllerRenderProps } from 'react-hook-form'
import { t } from '../i18n/index.ts'
import '../i18n/backoffice.ts'
import { SelectField, TextArea, TextField } from '../ui/Field.tsx'
import { enumWord, labelOf } from './display.ts'
import { RefBox } from './RefBox.tsx'
import type { RowTexts } from './useRowForm.ts'

interface FieldInputProps {
  readonly name: string
  readonly field: FieldDeclaration
  readonly control: Control<RowTexts>
  readonly disabled: boolean
  readonly currency: string
}

/** The input that fits the declared type. */
export function FieldInput({ name, field, control, disabled, currency }: FieldInputProps) {
  const required = field.required === true
  const rules =
    required && !disabled ? { required: t('backoffice.required', { field: labelOf(name, field) }) } : {}
  return (
    <Controller
      name={name}
      control={control}
      rules={rules}
      render={({ field: input, fieldState }) => (
        <Typed
          name={name}
          field={field}
          input={input}
          required={required}
          disabled={disabled}
          currency={currency}
          error={fieldState.error?.message}
        />
      )}
    />
  )
}

interface TypedProps extends Omit<FieldInputProps, 'control'> {
  readonly input: ControllerRenderProps<RowTexts, string>
  readonly required: boolean
  readonly error: string | undefined
}

function Typed({ name, field, input, required, disabled, currency, error }: TypedProps) {
  const props = { ...input, value: input.value ?? '', label: labelOf(name, field), required, disabled, error }
  switch (field.type) {
    case 'ref':
      return (
        <RefBox
          label={props.label}
          table={field.table ?? ''}
          value={input.value || null}
          onChange={(id) => input.onChange(id ?? '')}
          error={error}
          required={required}
          disabled={disabled}
        />
      )
    case 'enum':
      return (
        <SelectField {...props}>
          {!required && field.default === undefined && <option value="">–</option>}
          {(field.values ?? []).map((value) => (
            <option key={value} value={value}>
              {enumWord(value)}
            </option>
          ))}
        </SelectField>
      )
    case 'boolean':
      return (
        <SelectField {...props}>
          {field.default === undefined && <option value="">–</option>}
          <option value="true">{t('ui.yes')}</option>
          <option value="false">{t('ui.no')}</option>
        </SelectField>
      )
    case 'money':
      return <TextField {...props} figure inputMode="decimal" hint={currency} />
    case 'integer':
      return <TextField {...props} figure inputMode="numeric" />
    case 'decimal':
      return <TextField {...props} figure inputMode="decimal" />
    case 'date':
      return <TextField {...props} type="date" />
    case 'timestamp':
      return <TextField {...props} type="datetime-local" />
    case 'json':
      return <TextArea {...props} code rows={5} spellCheck={false} hint={t('backoffice.json_hint')} />
    default:
      return isLong(name, field) ? (
        <TextArea {...props} maxLength={field.max ?? 2000} />
      ) : (
        <TextField {...props} maxLength={field.max ?? 2000} />
      )
  }
}

function isLong(name: string, field: FieldDeclaration): boolean {
  return name === 'note' || name === 'description' || (field.max ?? 2000) >= 400
}
