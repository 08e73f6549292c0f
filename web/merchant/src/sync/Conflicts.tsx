import { useBranchline } from '@branchline/client/react'
import { useState } from 'react'
import { t } from '../i18n/index.ts'
import { call } from '../server/call.ts'
import { usePolled } from '../server/usePolled.ts'
import { useShop } from '../shop/Shop.tsx'
import { fieldLabel, rowLabel, tableLabel } from '../shop/writes.ts'
import { Badge } from '../ui/Badge.tsx'
import { Button } from '../ui/Button.tsx'
import { Empty, Skeleton } from '../ui/Empty.tsx'
import { useToast } from '../ui/Toast.tsx'
import { byRow, sideText, valueText } from './cases.ts'
import type { Conflict, ConflictPage, Side } from './model.ts'
import styles from './Sync.module.css'

const often = 2_000
const pageSize = 50

/** What two people meant differently, both values side by side, field by field. */
export function Conflicts() {
  const [limit, setLimit] = useState(pageSize)
  const [page, reload] = usePolled<ConflictPage>(`/api/conflicts?limit=${limit}`, often)
  if (page.kind === 'loading') return <Skeleton rows={4} height={120} />
  if (page.kind === 'refused') return <p className={styles.error}>{page.message}</p>
  if (page.body.conflicts.length === 0)
    return <Empty icon="split" title={t('sync.no_conflicts')} text={t('sync.no_conflicts_hint')} />
  return (
    <div className={styles.stack} data-list="conflicts">
      {byRow(page.body.conflicts).map((group) => (
        <Row key={group[0]?.id} conflicts={group} onChanged={reload} />
      ))}
      {page.body.next !== null && page.body.next !== undefined && limit < 4 * pageSize && (
        <Button onClick={() => setLimit(limit + pageSize)}>{t('sync.more')}</Button>
      )}
    </div>
  )
}

function Row({ conflicts, onChanged }: { conflicts: readonly Conflict[]; onChanged: () => Promise<void> }) {
  const client = useBranchline()
  const [first] = conflicts
  if (!first) return null
  return (
    <section className={styles.card}>
      <h2>
        {rowLabel(client, first.table, first.row)}{' '}
        <span className={styles.soft}>{tableLabel(client, first.table)}</span>
      </h2>
      <ul>
        {conflicts.map((conflict) => (
          <Field key={conflict.id} conflict={conflict} onChanged={onChanged} />
        ))}
      </ul>
    </section>
  )
}

function Field({ conflict, onChanged }: { conflict: Conflict; onChanged: () => Promise<void> }) {
  const client = useBranchline()
  const { branch } = useShop()
  const show = useToast()
  const { table, field, state } = conflict
  const label = fieldLabel(client, table, field)
  const textOf = ({ value }: Side) => valueText(client, table, field, value, branch.currency)

  const decide = async (takeLost: boolean) => {
    const path = `/api/conflicts/${conflict.id}`
    const answer = await (state === 'open'
      ? call(client, 'POST', `${path}/choose`, { value: takeLost ? 'lost' : 'kept' })
      : call(client, 'POST', `${path}/undo`))
    if (answer.kind === 'refused') show({ tone: 'bad', text: answer.message })
    else {
      const value = textOf(takeLost ? conflict.lost : conflict.kept)
      show({ tone: 'good', text: t('sync.decided', { field: label, value }) })
    }
    void onChanged()
  }
  // What was decided once stays so; who wants it otherwise writes the field.
  const mayTake = state === 'open' || state === 'settled'
  const tookLost = state === 'undone' || (state === 'chosen' && conflict.settled?.how === 'chose_lost')

  return (
    <li className={styles.conflict} data-conflict={conflict.id}>
      <div className={styles.head}>
        <h3>{label}</h3>
        <Badge tone={state === 'open' ? 'warn' : 'neutral'} icon={state === 'open' ? 'alert' : 'check'}>
          {t(`sync.conflict_states.${state}`)}
        </Badge>
      </div>
      <div className={styles.sides}>
        <SideCard side={conflict.kept} text={textOf(conflict.kept)} counts={!tookLost}>
          {state === 'open' && (
            <Button
              aria-label={t('sync.keep_value', { field: label, value: textOf(conflict.kept) })}
              onClick={() => void decide(false)}
            >
              {t('sync.keep_kept')}
            </Button>
          )}
        </SideCard>
        <SideCard side={conflict.lost} text={textOf(conflict.lost)} counts={tookLost}>
          {mayTake && (
            <Button
              aria-label={t('sync.take', { field: label, value: textOf(conflict.lost) })}
              onClick={() => void decide(true)}
            >
              {t('sync.take_lost')}
            </Button>
          )}
        </SideCard>
      </div>
    </li>
  )
}

interface SideCardProps {
  readonly side: Side
  readonly text: string
  readonly counts: boolean
  readonly children: React.ReactNode
}

function SideCard({ side, text, counts, children }: SideCardProps) {
  return (
    <div className={counts ? styles.counts : styles.side}>
      <span className={styles.under}>{t(counts ? 'sync.value_kept' : 'sync.value_lost')}</span>
      <strong className={styles.value}>{text}</strong>
      <span className={styles.under}>{sideText(side)}</span>
      {children}
    </div>
  )
}
