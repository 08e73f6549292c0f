import type { Row } from '@branchline/client'
import { formatMoney } from '../format/money.ts'
import { t } from '../i18n/index.ts'
import { useShop } from '../shop/Shop.tsx'
import { Badge } from '../ui/Badge.tsx'
import { Button } from '../ui/Button.tsx'
import styles from './DrawerDialog.module.css'

interface DrawerResultProps {
  readonly drawer: Row
  readonly counted: number
  readonly expected: number
  readonly onDone: () => void
}

/** What was counted beside what should have been there; the drawer is closed already. */
export function DrawerResult({ drawer, counted, expected, onDone }: DrawerResultProps) {
  const { currency } = useShop().branch
  const difference = counted - expected
  const lines = [
    ['opening_float', Number(drawer.opening_float ?? 0)],
    ['cash', Number(drawer.cash ?? 0)],
    ['expected', expected],
    ['counted', counted],
  ] as const

  return (
    <>
      <dl className={styles.sums}>
        {lines.map(([name, amount]) => (
          <div key={name} data-sum={name}>
            <dt>{t(`drawer.${name}`)}</dt>
            <dd className="figure">{formatMoney(amount, currency)}</dd>
          </div>
        ))}
      </dl>
      <p className={styles.difference} role="status">
        {difference === 0 ? (
          <Badge tone="good" icon="check">
            {t('drawer.exact')}
          </Badge>
        ) : (
          <>
            <Badge tone="warn" icon="alert">
              {t(difference < 0 ? 'drawer.short' : 'drawer.over')}
            </Badge>
            <strong className={styles.amount}>{formatMoney(Math.abs(difference), currency)}</strong>
          </>
        )}
      </p>
      <Button size="lg" wide variant="primary" onClick={onDone}>
        {t('drawer.done')}
      </Button>
    </>
  )
}
