import { useBranchline } from '@branchline/client/react'
import { useRef, useState } from 'react'
import { formatInstant } from '../format/time.ts'
import { t } from '../i18n/index.ts'
import { Button } from '../ui/Button.tsx'
import { type JournalLook, lookInto, saveJournal } from './journal.ts'
import styles from './Queue.module.css'
import { Section } from './Section.tsx'

type Step =
  | { readonly kind: 'idle'; readonly told: string }
  | { readonly kind: 'asked'; readonly file: File; readonly look: JournalLook }

/** The queue as a file: carried away from here, or taken over from another device. */
export function Journal({ hasContent }: { hasContent: boolean }) {
  const client = useBranchline()
  const chooser = useRef<HTMLInputElement>(null)
  const [step, setStep] = useState<Step>({ kind: 'idle', told: '' })
  const tell = (told: string) => setStep({ kind: 'idle', told })

  const save = () =>
    saveJournal(client).catch((error: unknown) =>
      tell(t('queue.export_failed', { reason: (error as Error).message })),
    )
  const choose = async (file: File | undefined) => {
    if (!file) return
    const look = await lookInto(file)
    if (look) setStep({ kind: 'asked', file, look })
    else tell(t('queue.import_failed', { reason: t('queue.import_foreign') }))
  }
  const take = async (file: File) => {
    try {
      const { added, known } = await client.outbox.importJournal(file)
      const what = added > 0 ? t('queue.imported', { count: added }) : t('queue.imported_none')
      tell(known > 0 ? `${what} ${t('queue.imported_known', { count: known })}` : what)
    } catch (error) {
      tell(t('queue.import_failed', { reason: (error as Error).message }))
    }
  }

  return (
    <Section name="journal" icon="folder" title={t('queue.journal')} hint={t('queue.journal_hint')}>
      <div className={styles.actions}>
        <Button icon="down" disabled={!hasContent} onClick={() => void save()}>
          {t('queue.export')}
        </Button>
        <Button icon="up" onClick={() => chooser.current?.click()}>
          {t('queue.import')}
        </Button>
        <input
          ref={chooser}
          type="file"
          accept="application/json,.json"
          hidden
          aria-label={t('queue.import')}
          onChange={({ target }) => {
            void choose(target.files?.[0])
            target.value = ''
          }}
        />
      </div>
      {step.kind === 'asked' && (
        <div className={styles.step}>
          <p>
            {t('queue.import_from', { who: step.look.who, at: formatInstant(step.look.at) })}:{' '}
            <strong>
              {t('queue.import_waiting', { count: step.look.waiting })},{' '}
              {t('queue.import_refused', { count: step.look.refused })}
            </strong>
          </p>
          <p className={styles.hint}>{t('queue.import_hint')}</p>
          <div className={styles.actions}>
            <Button variant="primary" onClick={() => void take(step.file)}>
              {t('queue.import_yes')}
            </Button>
            <Button onClick={() => tell('')}>{t('queue.import_no')}</Button>
          </div>
        </div>
      )}
      <p role="status" className={styles.told}>
        {step.kind === 'idle' && step.told}
      </p>
    </Section>
  )
}
