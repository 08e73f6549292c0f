import type { UseFormReturn } from 'react-hook-form'
import { t, tOr } from '../i18n/index.ts'
import { SelectField, TextField } from '../ui/Field.tsx'
import { BranchChecks } from './BranchChecks.tsx'
import type { PersonDraft } from './person.ts'

const roles = ['cashier', 'releasing', 'manager', 'admin'] as const

/** Who it is and what they may do. The address stays as it was first entered. */
export function PersonFields({ form, isNew }: { form: UseFormReturn<PersonDraft>; isNew: boolean }) {
  const { register, getValues, formState } = form
  const { errors } = formState
  return (
    <>
      <TextField
        label={t('access.name')}
        required
        error={errors.name?.message}
        {...register('name', { required: t('access.name_missing') })}
      />
      <TextField
        label={t('access.email')}
        type="email"
        required
        disabled={!isNew}
        error={errors.email?.message}
        {...register('email', isNew ? { required: t('access.email_missing') } : {})}
      />
      <SelectField label={t('access.role')} error={errors.role?.message} {...register('role')}>
        {roles.map((role) => (
          <option key={role} value={role}>
            {tOr(`roles.${role}`, role)}
          </option>
        ))}
      </SelectField>
      <BranchChecks
        register={register}
        isAdmin={() => getValues('role') === 'admin'}
        error={errors.branches?.message}
      />
      <TextField
        label={isNew ? t('access.password') : t('access.new_password')}
        type="password"
        autoComplete="new-password"
        required={isNew}
        hint={isNew ? t('access.password_hint') : t('access.new_password_hint')}
        error={errors.password?.message}
        {...register('password', isNew ? { required: t('access.password_missing') } : {})}
      />
    </>
  )
}
