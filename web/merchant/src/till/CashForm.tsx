import type { Row } from '@branchline/client'
import { type FormEvent, useState } from 'react'
import { parseMoney } from '../format/money.ts'
import { formatInstant } from '../format/time.ts'
import { t } from '../i18n/index.ts'
import { useShop } from '../shop/Shop.tsx'
import { Button } from '../ui/Button.tsx'
import { TextField } from '../ui/Field.tsx'
import styles from './DrawerDialog.module.css'

type CashFormProps = { readonly onSum: (sum: number) => void } & (
  | { readonly kind: 'open' }
  | { readonly kind: 'close'; readonly drawer: Row }
)

/** One sum of cash. What should be there stands nowhere: a count that knows its result is none. */
export function CashForm(props: CashFormProps) {
  const { currency } = useShop().branch
  const [text, setText] = useState('')
  const [error, setError] = useState<string>()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const sum = parseMoney(text, currency)
    if (sum === null || sum < 0) setError(t('drawer.not_money'))
    else props.onSum(sum)
  }

  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      {props.kind === 'open' ? (
        <p className={styles.hint}>{t('drawer.none_hint')}</p>
      ) : (
        <p className={styles.hint}>
          {t('drawer.opened', {
            at: formatInstant(String(props.drawer.opened_at)),
            name: String(props.drawer.cashier_name ?? ''),
          })}
          <br />
          {t('drawer.count_hint')}
        </p>
      )}
      <TextField
        label={t(props.kind === 'open' ? 'drawer.float' : 'drawer.counted')}
        figure
        inputMode="decimal"
        value={text}
        error={error}
        onChange={({ target }) => setText(target.value)}
        data-focus
      />
      <Button type="submit" variant="primary" size="xl" wide>
        {t(props.kind === 'open' ? 'drawer.open' : 'drawer.close')}
      </Button>
    </form>
  )
}
