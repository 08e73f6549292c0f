import { useBranchline } from '@branchline/client/react'
import { type FormEvent, useState } from 'react'
import { formatInstant } from '../format/time.ts'
import { t } from '../i18n/index.ts'
import { call } from '../server/call.ts'
import { usePolled } from '../server/usePolled.ts'
import { useShop } from '../shop/Shop.tsx'
import { WriteFields } from '../shop/WriteFields.tsx'
import { edited, isUntouched, tableLabel, textsOf } from '../shop/writes.ts'
import { Badge } from '../ui/Badge.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Skeleton } from '../ui/Empty.tsx'
import { TextField } from '../ui/Field.tsx'
import { useToast } from '../ui/Toast.tsx'
import type { Resent, TrayEntry, TrayStep } from './model.ts'
import styles from './Sync.module.css'

interface TraySheetProps {
  readonly id: number
  readonly onClose: () => void
  readonly onDone: () => void
}

/** One entry whole: send it again, put right or as it is, or give it up. */
export function TraySheet({ id, onClose, onDone }: TraySheetProps) {
  const [entry] = usePolled<TrayEntry>(`/api/tray/${id}`)
  const client = useBranchline()
  const tables = entry.kind === 'here' ? entry.body.tables.map((table) => tableLabel(client, table)) : []
  const title = tables.join(', ') || t('sync.tray')
  return (
    <Dialog title={title} shape="sheet" wide onClose={onClose}>
      {entry.kind === 'loading' && <Skeleton rows={4} />}
      {entry.kind === 'refused' && <p className={styles.error}>{entry.message}</p>}
      {entry.kind === 'here' && <Entry entry={entry.body} onDone={onDone} />}
    </Dialog>
  )
}

function Entry({ entry, onDone }: { entry: TrayEntry; onDone: () => void }) {
  const client = useBranchline()
  const show = useToast()
  const writes = entry.payload?.writes ?? []
  const { currency } = useShop().branch
  const before = textsOf(writes, client, currency)
  const [texts, setTexts] = useState(before)
  const [refusal, setRefusal] = useState('')

  const resend = async () => {
    const body = isUntouched(texts, before) ? undefined : { writes: edited(writes, texts, client, currency) }
    const answer = await call<Resent>(client, 'POST', `/api/tray/${entry.id}/resend`, body)
    if (answer.kind === 'refused') return setRefusal(answer.message)
    const { kind, reason, code } = answer.body.outcome
    if (kind === 'rejected') return setRefusal(t('sync.tray_rejected', { reason: reason ?? code }))
    show({ tone: 'good', text: t('sync.tray_sent') })
    onDone()
  }

  return (
    <>
      <div className={styles.warning}>
        <p>{entry.reason}</p>
        {entry.remedy && <p>{entry.remedy}</p>}
      </div>
      <p className={styles.soft}>
        {t('sync.tray_from', { who: entry.user?.name ?? entry.device, at: formatInstant(entry.madeAt) })} ·{' '}
        {entry.code}{' '}
        {entry.attempts > 1 && <Badge>{t('sync.tray_attempts', { count: entry.attempts })}</Badge>}
      </p>
      {entry.history?.map((step) => (
        <Said key={`${step.at} ${step.action}`} step={step} />
      ))}
      <p className={styles.next}>{t('writes.edit_hint')}</p>
      {writes.map((write, index) => (
        <WriteFields
          key={`${write.table} ${write.id}`}
          write={write}
          place={index}
          texts={texts}
          wrong={entry.field}
          isOpen={writes.length === 1 || entry.field === undefined || entry.field in (write.fields ?? {})}
          onChange={setTexts}
        />
      ))}
      <p className={styles.error} role="alert">
        {refusal}
      </p>
      <Button variant="primary" size="lg" icon="sent" onClick={() => void resend()}>
        {t('sync.tray_resend')}
      </Button>
      <Discard id={entry.id} onDone={onDone} />
    </>
  )
}

/** Who brought the entry here otherwise than by a push, and what they say of it. */
function Said({ step: { action, by, at, why } }: { step: TrayStep }) {
  if (action !== 'hand_over' && action !== 'import') return null
  const words = { who: by?.name ?? t('people.step.somebody'), at: formatInstant(at), note: why }
  const key =
    action === 'import'
      ? 'people.step.import'
      : why
        ? 'people.step.hand_over'
        : 'people.step.hand_over_silent'
  return <p data-testid="said">{t(key, words)}</p>
}

function Discard({ id, onDone }: { id: number; onDone: () => void }) {
  const client = useBranchline()
  const show = useToast()
  const [asks, setAsks] = useState(false)
  const discard = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const why = String(new FormData(event.currentTarget).get('why')).trim()
    const query = why ? `?${new URLSearchParams({ why })}` : ''
    const answer = await call(client, 'DELETE', `/api/tray/${id}${query}`)
    if (answer.kind === 'refused') return show({ tone: 'bad', text: answer.message })
    show({ tone: 'good', text: t('sync.tray_discarded') })
    onDone()
  }
  if (!asks)
    return (
      <section className={styles.act}>
        <div className={styles.buttons}>
          <Button variant="danger" icon="trash" onClick={() => setAsks(true)}>
            {t('sync.tray_discard')}
          </Button>
        </div>
      </section>
    )
  return (
    <form className={styles.act} onSubmit={(event) => void discard(event)}>
      <TextField name="why" label={t('sync.tray_discard_hint')} maxLength={500} />
      <div className={styles.buttons}>
        <Button variant="danger" type="submit">
          {t('sync.tray_discard')}
        </Button>
        <Button onClick={() => setAsks(false)}>{t('sync.keep')}</Button>
      </div>
    </form>
  )
}
