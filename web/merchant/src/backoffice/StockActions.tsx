import type { Row } from '@branchline/client'
import { useBranchline, useMutate } from '@branchline/client/react'
import { useState } from 'react'
import { formatNumber } from '../format/words.ts'
import { t } from '../i18n/index.ts'
import '../i18n/stock.ts'
import { useShop } from '../shop/Shop.tsx'
import { Button } from '../ui/Button.tsx'
import { TextField } from '../ui/Field.tsx'
import { Segmented } from '../ui/Segmented.tsx'
import { useToast } from '../ui/Toast.tsx'
import { useChanged } from '../ui/useChanged.ts'
import { Movements } from './Movements.tsx'
import styles from './RowForm.module.css'
import { afterMovement, isMovement, movementWrite, type StockAction } from './stock.ts'

const actions: readonly StockAction[] = ['in', 'out', 'adjust', 'count']

/** Stock in, out, adjust and count. Each is an entry of the ledger, never a change of the figure. */
export function StockActions({ shelf }: { shelf: Row }) {
  const { user } = useShop()
  const client = useBranchline()
  const mutate = useMutate()
  const show = useToast()
  const [action, setAction] = useState<StockAction>('in')
  const [text, setText] = useState('')
  const [reason, setReason] = useState('')
  const onHand = Number(shelf.quantity ?? 0)
  const figure = useChanged<HTMLElement>(onHand)
  const quantity = text.trim() === '' ? null : Number(text)
  const valid = isMovement(action, quantity)

  const save = async () => {
    if (!valid) return
    try {
      await mutate(
        [movementWrite(shelf, { action, quantity, reason }, user.id, client.newId(), client.now())],
        { document: true },
      )
      setText('')
      setReason('')
    } catch (error) {
      show({ tone: 'bad', text: (error as Error).message })
    }
  }

  return (
    <form
      className={styles.stock}
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <p className={styles.onHand}>
        {t('stock.on_hand')}
        <strong ref={figure} data-testid="on-hand">
          {formatNumber(onHand)}
        </strong>
      </p>
      <Segmented
        label={t('stock.action')}
        value={action}
        onChange={setAction}
        options={actions.map((value) => ({ value, label: t(`stock.${value}`) }))}
      />
      <div className={styles.inputs}>
        <TextField
          label={t('stock.quantity')}
          figure
          inputMode={action === 'adjust' ? 'text' : 'numeric'}
          value={text}
          onChange={(event) => setText(event.target.value.replace(/[^\d-]/g, ''))}
        />
        <TextField
          label={t('stock.reason')}
          maxLength={200}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </div>
      <Button type="submit" variant="primary" size="lg" wide disabled={!valid}>
        {valid
          ? t('stock.save_to', {
              action: t(`stock.${action}`),
              after: formatNumber(afterMovement(onHand, action, quantity)),
            })
          : t('stock.enter_quantity')}
      </Button>
      <Movements shelf={shelf} />
    </form>
  )
}
