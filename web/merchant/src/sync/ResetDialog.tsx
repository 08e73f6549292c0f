import { useBranchline } from '@branchline/client/react'
import { type FormEvent, useState } from 'react'
import { t } from '../i18n/index.ts'
import { call } from '../server/call.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { TextField } from '../ui/Field.tsx'
import { useToast } from '../ui/Toast.tsx'
import type { Master, OwnRound } from './model.ts'
import styles from './Sync.module.css'
import { pendingOf } from './standing.ts'

interface ResetDialogProps {
  readonly master: Master
  readonly onClose: () => void
  readonly onDone: () => void
}

/** Loading everything anew is asked for by the master's name, and says what comes first. */
export function ResetDialog({ master, onClose, onDone }: ResetDialogProps) {
  const client = useBranchline()
  const show = useToast()
  const [name, setName] = useState('')
  const [isRunning, setIsRunning] = useState(false)
  const [refusal, setRefusal] = useState('')
  const waiting = pendingOf(master)
  const reset = async (event: FormEvent) => {
    event.preventDefault()
    if (name !== master.name || isRunning) return
    setIsRunning(true)
    const query = new URLSearchParams({ master: master.name })
    const answer = await call<readonly OwnRound[]>(client, 'POST', `/api/sync/reset?${query}`)
    setIsRunning(false)
    if (answer.kind === 'refused') return setRefusal(answer.message)
    const problem = answer.body.flatMap(({ errors }) => Object.values(errors)).join('; ')
    if (problem) return setRefusal(problem)
    const down = answer.body.reduce((sum, { rows }) => sum + rows, 0)
    show({ tone: 'good', text: t('sync.reset_done', { down }) })
    onDone()
  }

  return (
    <Dialog
      title={t('sync.reset_title', { name: master.name })}
      onClose={onClose}
      footer={
        <Button
          variant="danger"
          size="lg"
          type="submit"
          form="reset"
          disabled={name !== master.name || isRunning}
        >
          {t(isRunning ? 'sync.running' : 'sync.reset_do')}
        </Button>
      }
    >
      <p className={styles.words}>{t('sync.reset_hint', { name: master.name })}</p>
      {waiting > 0 && <p className={styles.warning}>{t('sync.reset_waits', { count: waiting })}</p>}
      <form id="reset" onSubmit={(event) => void reset(event)}>
        <TextField
          label={t('sync.reset_type', { name: master.name })}
          data-focus=""
          autoCapitalize="off"
          spellCheck={false}
          value={name}
          error={refusal || undefined}
          onChange={({ target }) => setName(target.value.trim())}
        />
      </form>
    </Dialog>
  )
}
