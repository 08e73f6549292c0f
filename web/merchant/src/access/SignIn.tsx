import { useBranchline } from '@branchline/client/react'
import { type FormEvent, useState } from 'react'
import { t } from '../i18n/index.ts'
import { Button } from '../ui/Button.tsx'
import { TextField } from '../ui/Field.tsx'
import styles from './Gate.module.css'
import { Gate } from './Gate.tsx'

export function SignIn() {
  return (
    <Gate title={t('access.sign_in')} hint={t('access.sign_in_hint')}>
      <SignInForm />
    </Gate>
  )
}

interface Answer {
  readonly email?: string
  readonly password?: string
  readonly refusal?: string
  readonly code?: string
}

/** Also shown over a running till whose session has ended: the sale on the screen stays. */
export function SignInForm() {
  const client = useBranchline()
  const [answer, setAnswer] = useState<Answer>({})
  const [busy, setBusy] = useState(false)

  const signIn = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const email = String(form.get('email')).trim()
    const password = String(form.get('password'))
    if (!email) return setAnswer({ email: t('access.email_missing') })
    if (!password) return setAnswer({ password: t('access.password_missing') })

    setAnswer({})
    setBusy(true)
    const result = await client.signIn(email, password)
    setBusy(false)
    if (result.kind === 'unreachable') setAnswer({ refusal: t('access.unreachable') })
    if (result.kind === 'refused') setAnswer({ refusal: result.message, code: result.code })
  }

  return (
    <form onSubmit={(event) => void signIn(event)} className={styles.form} noValidate>
      <TextField
        label={t('access.email')}
        name="email"
        type="email"
        autoComplete="username"
        error={answer.email}
      />
      <TextField
        label={t('access.password')}
        name="password"
        type="password"
        autoComplete="current-password"
        error={answer.password}
      />
      <Button type="submit" variant="primary" size="lg" wide disabled={busy}>
        {t('access.sign_in')}
      </Button>
      <p role="alert" className={styles.refusal}>
        {answer.refusal}
        {answer.code && <small className={styles.code}>{answer.code}</small>}
      </p>
    </form>
  )
}
