import type { Row, WriteDraft } from '@branchline/client'
import { useBranchline, useMutate, useTable } from '@branchline/client/react'
import { useMemo, useState } from 'react'
import { useUnsent } from '../connection/unsent.ts'
import { unsentText } from '../connection/unsentText.ts'
import { t } from '../i18n/index.ts'
import '../i18n/queue.ts'
import { useShop } from '../shop/Shop.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { CashForm } from './CashForm.tsx'
import styles from './DrawerDialog.module.css'
import { DrawerResult } from './DrawerResult.tsx'
import { closingWrite, expectedIn, openingWrite } from './drawer.ts'

type Step =
  | { readonly kind: 'counting' }
  /** With sales that are not sent it is asked once, before anything is written. */
  | { readonly kind: 'asked'; readonly counted: number }
  | { readonly kind: 'closed'; readonly drawer: Row; readonly counted: number; readonly expected: number }

/** The cash session of this till: opened with what lies in the drawer, closed by counting before one knows what it should be. */
export function DrawerDialog({ till, onClose }: { till: Row; onClose: () => void }) {
  const { user, branch } = useShop()
  const client = useBranchline()
  const mutate = useMutate()
  const unsent = useUnsent()
  const open = useMemo(() => ({ where: { till_id: till.id, status: 'open' }, limit: 1 }), [till.id])
  const drawer = useTable('cash_sessions', open).rows[0]
  const [step, setStep] = useState<Step>({ kind: 'counting' })
  const [refusal, setRefusal] = useState('')

  const save = async (write: WriteDraft) => {
    try {
      await mutate([write], { document: true })
      setRefusal('')
      return true
    } catch (error) {
      setRefusal(t('drawer.not_saved', { reason: (error as Error).message }))
      return false
    }
  }
  const begin = async (float: number) => {
    const counter = { branchId: branch.id, tillId: till.id, cashierId: user.id, cashierName: user.name }
    if (await save(openingWrite(float, counter, client.newId(), client.now()))) onClose()
  }
  const close = async (counted: number) => {
    if (!drawer) return
    const expected = expectedIn(drawer)
    if (await save(closingWrite(drawer, counted, client.now())))
      setStep({ kind: 'closed', drawer, counted, expected })
  }
  const counted = (sum: number) =>
    unsent.changes > 0 ? setStep({ kind: 'asked', counted: sum }) : void close(sum)

  return (
    <Dialog title={t(step.kind === 'closed' ? 'drawer.closed' : 'drawer.title')} onClose={onClose}>
      {step.kind === 'closed' ? (
        <DrawerResult {...step} onDone={onClose} />
      ) : step.kind === 'asked' ? (
        <div className={styles.asked} role="alert" data-testid="unsent">
          <p className={styles.unsent}>{unsentText(unsent)}</p>
          <p>{t('drawer.unsent_hint')}</p>
          <Button size="lg" wide onClick={onClose} data-focus>
            {t('drawer.later')}
          </Button>
          <Button size="lg" wide variant="danger" onClick={() => void close(step.counted)}>
            {t('drawer.close_anyway')}
          </Button>
        </div>
      ) : drawer ? (
        <CashForm kind="close" drawer={drawer} onSum={counted} />
      ) : (
        <CashForm kind="open" onSum={(sum) => void begin(sum)} />
      )}
      <p role="alert" className={styles.refusal}>
        {refusal}
      </p>
    </Dialog>
  )
}
