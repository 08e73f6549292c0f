import { useBranchline } from '@branchline/client/react'
import { type FormEvent, useState } from 'react'
import { t } from '../i18n/index.ts'
import { call } from '../server/call.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { TextField } from '../ui/Field.tsx'
import type { Link } from './model.ts'
import styles from './Sync.module.css'

interface AddBranchProps {
  readonly onClose: () => void
  readonly onInvited: (link: Link) => void
}

/** A name is all it takes; the token comes after. */
export function AddBranch({ onClose, onInvited }: AddBranchProps) {
  const client = useBranchline()
  const [refusal, setRefusal] = useState('')
  const add = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const name = String(new FormData(event.currentTarget).get('name')).trim()
    const answer = await call<Link>(client, 'POST', '/api/branches/links', { name })
    if (answer.kind === 'done') onInvited(answer.body)
    else setRefusal(answer.message)
  }
  return (
    <Dialog
      title={t('sync.add')}
      onClose={onClose}
      footer={
        <Button variant="primary" size="lg" type="submit" form="add-branch">
          {t('sync.add')}
        </Button>
      }
    >
      <p className={styles.words}>{t('sync.add_hint')}</p>
      <form id="add-branch" onSubmit={(event) => void add(event)}>
        <TextField
          name="name"
          label={t('sync.add_name')}
          required
          data-focus=""
          error={refusal || undefined}
        />
      </form>
    </Dialog>
  )
}
