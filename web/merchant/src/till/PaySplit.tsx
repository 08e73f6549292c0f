import { useState } from 'react'
import { formatMoney, parseMoney, plainMoney } from '../format/money.ts'
import { t } from '../i18n/index.ts'
import { Button, IconButton } from '../ui/Button.tsx'
import { useKeys } from '../ui/keys.ts'
import styles from './Entry.module.css'
import type { PayProps } from './PayDialog.tsx'
import { changeOf, type Method, type Payment, paidSoFar, pay } from './payment.ts'

/** Several payments for one sale. What is typed is the next part; nothing typed means all that is left. */
export function PaySplit({ due, currency, saving, onComplete }: PayProps) {
  const [parts, setParts] = useState<readonly Payment[]>([])
  const [text, setText] = useState('')
  const left = due - paidSoFar(parts)
  const next = text === '' ? left : parseMoney(text, currency)
  const money = (amount: number) => formatMoney(amount, currency)

  const add = (method: Method) => {
    if (next === null || next <= 0 || left <= 0) return
    setParts([...parts, pay(method, left, next)])
    setText('')
  }
  const complete = () => {
    if (left === 0 && !saving) onComplete(parts)
  }
  useKeys({ Enter: complete, F2: () => add('cash'), F3: () => add('card') })

  return (
    <>
      <ul className={styles.parts}>
        {parts.map((part, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts are only added at the end and have no identity of their own
          <li key={index} className={styles.part}>
            <span>{t(`till.${part.method}`)}</span>
            <strong>{money(part.tendered ?? part.amount)}</strong>
            <IconButton
              icon="trash"
              label={t('till.remove_part')}
              onClick={() => setParts(parts.filter((_, other) => other !== index))}
            />
          </li>
        ))}
      </ul>
      <input
        className={styles.entry}
        aria-label={t('till.part')}
        inputMode="decimal"
        value={text}
        placeholder={plainMoney(left, currency)}
        disabled={left === 0}
        onChange={(event) => setText(event.target.value.replace(/[^\d.,]/g, ''))}
      />
      <div className={styles.methods}>
        <Button size="lg" icon="cash" keys="F2" disabled={left === 0} onClick={() => add('cash')}>
          {t('till.add_cash')}
        </Button>
        <Button size="lg" icon="card" keys="F3" disabled={left === 0} onClick={() => add('card')}>
          {t('till.add_card')}
        </Button>
      </div>
      <p className={styles.change} role="status">
        {left > 0 ? t('till.still_due') : t('till.change')}
        <strong>{money(left > 0 ? left : changeOf(parts))}</strong>
      </p>
      <Button
        variant="primary"
        size="xl"
        wide
        keys="Enter"
        disabled={left > 0 || saving}
        onClick={complete}
        data-testid="complete"
      >
        {saving ? t('till.saving') : t('till.complete')}
      </Button>
    </>
  )
}
