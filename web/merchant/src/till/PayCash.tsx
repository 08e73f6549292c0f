import { useEffect, useRef, useState } from 'react'
import { formatMoney, parseMoney, plainMoney, unit } from '../format/money.ts'
import { t } from '../i18n/index.ts'
import { Button } from '../ui/Button.tsx'
import { Keypad } from '../ui/Keypad.tsx'
import { useKeys } from '../ui/keys.ts'
import styles from './Entry.module.css'
import type { PayProps } from './PayDialog.tsx'
import { changeOf, pay, quickAmounts } from './payment.ts'

/** Nothing typed means the exact sum: Enter completes at once. */
export function PayCash({ due, currency, saving, onComplete }: PayProps) {
  const [text, setText] = useState('')
  const given = text === '' ? due : parseMoney(text, currency)
  const enough = given !== null && given >= due
  const quick = quickAmounts(due, unit(currency))
  const payment = pay('cash', due, given ?? 0)
  const complete = () => {
    if (enough && !saving) onComplete([payment])
  }
  const give = (amount: number | undefined) => amount !== undefined && setText(plainMoney(amount, currency))
  const entry = useRef<HTMLInputElement>(null)
  useEffect(() => entry.current?.focus(), [])
  useKeys({ F2: () => give(quick[1]), F3: () => give(quick[2]), F4: () => give(quick[3]) })

  return (
    <>
      <input
        ref={entry}
        className={styles.entry}
        aria-label={t('till.handed_over')}
        inputMode="none"
        value={text}
        placeholder={plainMoney(due, currency)}
        data-focus
        onChange={(event) => setText(event.target.value.replace(/[^\d.,]/g, ''))}
        onKeyDown={(event) => {
          if (event.key === 'Enter') complete()
        }}
      />
      <div className={styles.quick}>
        {quick.map((amount, index) => (
          <Button
            key={amount}
            size="lg"
            {...(index > 0 ? { keys: `F${index + 1}` } : {})}
            onClick={() => give(amount)}
          >
            {index === 0 ? t('till.exact') : formatMoney(amount, currency)}
          </Button>
        ))}
      </div>
      <Keypad
        corner="."
        onKey={(key) => setText((before) => before + key)}
        onErase={() => setText((before) => before.slice(0, -1))}
      />
      <p className={styles.change} role="status">
        {enough ? t('till.change') : t('till.still_due')}
        <strong data-testid="change">
          {formatMoney(enough ? changeOf([payment]) : due - (given ?? 0), currency)}
        </strong>
      </p>
      <Button
        variant="primary"
        size="xl"
        wide
        keys="Enter"
        disabled={!enough || saving}
        onClick={complete}
        data-testid="complete"
      >
        {saving ? t('till.saving') : t('till.complete')}
      </Button>
    </>
  )
}
