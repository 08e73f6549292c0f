import { useBranchline } from '@branchline/client/react'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { t, tOr } from '../i18n/index.ts'
import { call } from '../server/call.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { SelectField, TextField } from '../ui/Field.tsx'
import { useToast } from '../ui/Toast.tsx'
import { BranchChecks } from './BranchChecks.tsx'
import styles from './Users.module.css'
import type { Person } from './Users.tsx'

const roles = ['cashier', 'releasing', 'manager', 'admin'] as const

export interface PersonDraft {
  name: string
  email: string
  role: string
  branches: string[]
  password: string
}

interface PersonDialogProps {
  readonly person: Person | null
  readonly onClose: () => void
  readonly onSaved: () => void
}

export function PersonDialog({ person, onClose, onSaved }: PersonDialogProps) {
  const client = useBranchline()
  const show = useToast()
  const [refusal, setRefusal] = useState('')
  const start: PersonDraft = {
    name: person?.name ?? '',
    email: person?.email ?? '',
    role: person?.role ?? 'cashier',
    branches: [...(person?.branches ?? [])],
    password: '',
  }
  const { register, handleSubmit, setError, formState, getValues } = useForm<PersonDraft>({
    defaultValues: start,
  })
  const { errors } = formState

  const send = async (body: object) => {
    setRefusal('')
    const answer = await call(
      client,
      person ? 'PUT' : 'POST',
      person ? `/api/users/${person.id}` : '/api/users',
      body,
    )
    if (answer.kind === 'done') {
      show({ tone: 'good', text: t('access.saved') })
      onSaved()
    } else if (answer.field && answer.field in start)
      setError(answer.field as keyof PersonDraft, { message: answer.message })
    else setRefusal(answer.message)
  }
  const save = handleSubmit(({ password, email, ...draft }) =>
    send({ ...draft, ...(person ? {} : { email: email.trim() }), ...(password ? { password } : {}) }),
  )

  return (
    <Dialog
      title={person?.name ?? t('access.new_person')}
      onClose={onClose}
      footer={
        <>
          <Button variant="primary" size="lg" disabled={formState.isSubmitting} type="submit" form="person">
            {t('access.save_person')}
          </Button>
          {person && (
            <Button
              size="lg"
              variant={person.disabled ? 'plain' : 'danger'}
              title={t('access.disable_hint')}
              onClick={() => void send({ disabled: !person.disabled })}
            >
              {person.disabled ? t('access.enable') : t('access.disable')}
            </Button>
          )}
        </>
      }
    >
      <form id="person" className={styles.form} onSubmit={(event) => void save(event)} noValidate>
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
          disabled={person !== null}
          error={errors.email?.message}
          {...register('email', person ? {} : { required: t('access.email_missing') })}
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
          label={person ? t('access.new_password') : t('access.password')}
          type="password"
          autoComplete="new-password"
          required={!person}
          hint={person ? t('access.new_password_hint') : t('access.password_hint')}
          error={errors.password?.message}
          {...register('password', person ? {} : { required: t('access.password_missing') })}
        />
        <p className={styles.error} role="alert">
          {refusal}
        </p>
      </form>
    </Dialog>
  )
}
