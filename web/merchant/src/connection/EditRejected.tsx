import type { RejectedMutation, WriteDraft } from '@branchline/client'
import { useBranchline } from '@branchline/client/react'
import { type FormEvent, useState } from 'react'
import { t } from '../i18n/index.ts'
import { useShop } from '../shop/Shop.tsx'
import { WriteFields } from '../shop/WriteFields.tsx'
import { edited, textsOf } from '../shop/writes.ts'
import { Button } from '../ui/Button.tsx'
import styles from './Queue.module.css'

/** Everything that was to be written, field by field, to be put right and sent as a new change. */
export function EditRejected({ item, onBack }: { item: RejectedMutation; onBack: () => void }) {
  const client = useBranchline()
  const { currency } = useShop().branch
  const { writes } = item.mutation
  const [texts, setTexts] = useState(() => textsOf(writes, client, currency))
  const [refusal, setRefusal] = useState('')
  const isAbout = (place: number) =>
    writes.length === 1 ||
    (item.field === undefined
      ? place === 0
      : writes[place]?.table === item.table && Object.hasOwn(writes[place]?.fields ?? {}, item.field))

  const send = async (event: FormEvent) => {
    event.preventDefault()
    try {
      await client.outbox.resend(item.id, edited(writes, texts, client, currency) as readonly WriteDraft[])
    } catch (error) {
      setRefusal((error as Error).message)
    }
  }

  return (
    <form className={styles.step} onSubmit={(event) => void send(event)}>
      <p className={styles.hint}>{t('writes.edit_hint')}</p>
      {writes.map((write, place) => (
        <WriteFields
          key={`${write.table} ${write.id}`}
          write={write}
          place={place}
          texts={texts}
          wrong={item.field}
          isOpen={isAbout(place)}
          onChange={setTexts}
        />
      ))}
      <p role="alert" className={styles.refusal}>
        {refusal}
      </p>
      <div className={styles.actions}>
        <Button type="submit" variant="primary" icon="sent">
          {t('queue.send_edited')}
        </Button>
        <Button onClick={onBack}>{t('queue.not_edited')}</Button>
      </div>
    </form>
  )
}
