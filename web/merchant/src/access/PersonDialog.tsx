import { useBranchline } from '@branchline/client/react'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { t } from '../i18n/index.ts'
import { call } from '../server/call.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { useToast } from '../ui/Toast.tsx'
import { PersonFields } from './PersonFields.tsx'
import type { Person, PersonDraft } from './person.ts'
import styles from './Users.module.css'

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
  const form = useForm<PersonDraft>({ defaultValues: start })

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
      form.setError(answer.field as keyof PersonDraft, { message: answer.message })
    else setRefusal(answer.message)
  }
  const save = form.handleSubmit(({ password, email, ...draft }) =>
    send({ ...draft, ...(person ? {} : { email: email.trim() }), ...(password ? { password } : {}) }),
  )

  return (
    <Dialog
      title={person?.name ?? t('access.new_person')}
      onClose={onClose}
      footer={
        <>
          <Button
            variant="primary"
            size="lg"
            disabled={form.formState.isSubmitting}
            type="submit"
            form="person"
          >
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
        <PersonFields form={form} isNew={person === null} />
        <p className={styles.error} role="alert">
          {refusal}
        </p>
      </form>
    </Dialog>
  )
}
