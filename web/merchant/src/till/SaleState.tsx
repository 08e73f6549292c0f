import { useOutbox, useProgress } from '@branchline/client/react'
import { formatSecond } from '../format/time.ts'
import { t } from '../i18n/index.ts'
import { Badge, type Tone } from '../ui/Badge.tsx'
import { cx } from '../ui/cx.ts'
import { Icon, type IconName } from '../ui/Icon.tsx'
import styles from './SaleState.module.css'
import { refusalOf, type SaleStateKind, stateOf, stepsOf } from './saleSteps.ts'

const looks: Readonly<Record<SaleStateKind, { readonly tone: Tone; readonly icon: IconName }>> = {
  on_device: { tone: 'warn', icon: 'device' },
  sent: { tone: 'accent', icon: 'up' },
  branch: { tone: 'good', icon: 'check' },
  office: { tone: 'good', icon: 'sent' },
  refused: { tone: 'bad', icon: 'alert' },
  known: { tone: 'good', icon: 'check' },
}

interface SaleProps {
  readonly id: string
  /** Whether a write of it waits on this device. */
  readonly pending: boolean
}

/** How far a sale has come, in a word. Derived from the outbox, never stored. */
export function SaleState({ id, pending }: SaleProps) {
  const progress = useProgress('sales', id)
  const { rejected } = useOutbox()
  const state = stateOf(progress, refusalOf(rejected, id), pending)
  return (
    <span data-sale-state={state} className={styles.state}>
      <Badge tone={looks[state].tone} icon={looks[state].icon}>
        {t(`progress.${state}`)}
      </Badge>
    </span>
  )
}

/** The whole way of a sale, each step with its time. */
export function SaleSteps({ id, pending }: SaleProps) {
  const progress = useProgress('sales', id)
  const { rejected } = useOutbox()
  const refusal = refusalOf(rejected, id)
  if (!progress && !refusal) {
    return (
      <p className={styles.known}>
        <SaleState id={id} pending={pending} />
        {!pending && t('progress.known_hint')}
      </p>
    )
  }
  const steps = progress
    ? stepsOf(progress, refusal)
    : [{ kind: 'refused' as const, at: refusal?.rejectedAt ?? null }]

  return (
    <>
      <ol className={styles.steps} aria-label={t('progress.label')} data-testid="sale-steps">
        {steps.map(({ kind, at }) => (
          <li key={kind} className={cx(styles.step, at && styles[looks[kind].tone])} data-step={kind}>
            <Icon name={at ? looks[kind].icon : 'clock'} size={16} />
            <span>{t(`progress.${kind}`)}</span>
            <time className={styles.time}>{at ? formatSecond(at) : t('progress.waits')}</time>
          </li>
        ))}
      </ol>
      {refusal && <p className={styles.refused}>{t('progress.refused_hint')}</p>}
    </>
  )
}
