import { type Dispatch, useState } from 'react'
import { t } from '../i18n/index.ts'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Keypad } from '../ui/Keypad.tsx'
import type { CartAction, CartLine } from './cart.ts'
import styles from './Entry.module.css'

const most = 99_999

/** The first digit replaces what stood there, as on every till. */
export function QuantityDialog({
  line,
  change,
  onClose,
}: {
  line: CartLine
  change: Dispatch<CartAction>
  onClose: () => void
}) {
  const [text, setText] = useState('')
  const shown = text === '' ? String(line.quantity) : text
  const quantity = Number(shown)
  const valid = Number.isInteger(quantity) && Math.abs(quantity) <= most

  const save = () => {
    if (!valid) return
    change({ kind: 'set_quantity', productId: line.productId, quantity })
    onClose()
  }
  const press = (key: string) =>
    setText((before) => (key === '00' && before === '' ? '' : before + key).slice(0, 6))

  return (
    <Dialog
      title={t('till.quantity')}
      onClose={onClose}
      footer={
        <Button variant="primary" size="xl" wide keys="Enter" disabled={!valid} onClick={save}>
          {t('till.set_quantity')}
        </Button>
      }
    >
      <p className={styles.name}>{line.name}</p>
      <input
        className={styles.entry}
        aria-label={t('till.quantity')}
        inputMode="none"
        value={shown}
        data-focus
        onFocus={(event) => event.target.select()}
        onChange={(event) => setText(event.target.value.replace(/[^\d-]/g, '').slice(0, 6))}
        onKeyDown={(event) => {
          if (event.key === 'Enter') save()
        }}
      />
      <Keypad corner="00" onKey={press} onErase={() => setText((before) => before.slice(0, -1))} />
    </Dialog>
  )
}
