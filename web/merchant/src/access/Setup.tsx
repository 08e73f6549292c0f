import { useBranchline } from '@branchline/client/react'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { t } from '../i18n/index.ts'
import { call } from '../server/call.ts'
import { Button } from '../ui/Button.tsx'
import { Empty } from '../ui/Empty.tsx'
import { TextField } from '../ui/Field.tsx'
import styles from './Gate.module.css'
import { Gate } from './Gate.tsx'

interface FirstAdministrator {
  name: string
  email: string
  password: string
}

const shortestPassword = 8

/** Opened once, by the link that the program prints at its first start. */
export function Setup() {
  const { token } = getRouteApi('/setup').useSearch()
  const client = useBranchline()
  const navigate = useNavigate()
  const { register, handleSubmit, formState } = useForm<FirstAdministrator>()
  const [refusal, setRefusal] = useState<string | null>(null)

  const save = handleSubmit(async (form) => {
    const answer = await call(client, 'POST', '/api/setup', { ...form, token })
    if (answer.kind === 'refused') return setRefusal(answer.message)
    await client.signIn(form.email, form.password)
    await navigate({ to: '/' })
  })

  if (!token) {
    return (
      <Gate title={t('access.setup')} hint={t('access.setup_hint')}>
        <Empty icon="key" title={t('access.no_token')} text={t('access.no_token_hint')} />
      </Gate>
    )
  }
  return (
    <Gate title={t('access.setup')} hint={t('access.setup_hint')}>
      <form onSubmit={(event) => void save(event)} className={styles.form} noValidate>
        <TextField
          label={t('access.name')}
          autoComplete="name"
          required
          error={formState.errors.name?.message}
          {...register('name', { required: t('access.name_missing') })}
        />
        <TextField
          label={t('access.email')}
          type="email"
          autoComplete="username"
          required
          error={formState.errors.email?.message}
          {...register('email', { required: t('access.email_missing') })}
        />
        <TextField
          label={t('access.password')}
          type="password"
          autoComplete="new-password"
          required
          hint={t('access.password_hint')}
          error={formState.errors.password?.message}
          {...register('password', {
            minLength: { value: shortestPassword, message: t('access.password_hint') },
            required: t('access.password_missing'),
          })}
        />
        <Button type="submit" variant="primary" size="lg" wide disabled={formState.isSubmitting}>
          {t('access.create')}
        </Button>
        <p role="alert" className={styles.refusal}>
          {refusal}
        </p>
      </form>
    </Gate>
  )
}
