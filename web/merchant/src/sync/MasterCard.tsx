import { useBranchline } from '@branchline/client/react'
import { useState } from 'react'
import { formatSecond } from '../format/time.ts'
import { t } from '../i18n/index.ts'
import { call } from '../server/call.ts'
import { Badge } from '../ui/Badge.tsx'
import { Button } from '../ui/Button.tsx'
import { useToast } from '../ui/Toast.tsx'
import { DryRunDialog } from './DryRunDialog.tsx'
import { Lanes } from './Lanes.tsx'
import type { Master, OwnRound } from './model.ts'
import { ResetDialog } from './ResetDialog.tsx'
import styles from './Sync.module.css'
import { ago, clock, masterStanding } from './standing.ts'

interface MasterCardProps {
  readonly master: Master
  readonly now: string
  readonly onChanged: () => Promise<void>
}

/** The master that this node follows: how it goes, what waits for it, and what can be done. */
export function MasterCard({ master, now, onChanged }: MasterCardProps) {
  const client = useBranchline()
  const show = useToast()
  const [open, setOpen] = useState<'reset' | 'dry_run' | null>(null)
  const [isRunning, setIsRunning] = useState(false)
  const query = new URLSearchParams({ master: master.name })
  const standing = masterStanding(master)

  const run = async () => {
    setIsRunning(true)
    const answer = await call<readonly OwnRound[]>(client, 'POST', `/api/sync/run?${query}`)
    setIsRunning(false)
    const problem =
      answer.kind === 'refused'
        ? answer.message
        : answer.body.flatMap(({ errors }) => Object.values(errors)).join('; ')
    if (problem) show({ tone: 'bad', text: t('sync.ran_failed', { reason: problem }) })
    else if (answer.kind === 'done') show({ tone: 'good', text: t('sync.ran', totals(answer.body)) })
    void onChanged()
  }
  const pause = async (lane: string, isPaused: boolean) => {
    const answer = await call(
      client,
      'POST',
      `/api/sync/lanes/${lane}?${new URLSearchParams({ master: master.name, pause: String(isPaused) })}`,
    )
    if (answer.kind === 'refused') show({ tone: 'bad', text: answer.message })
    void onChanged()
  }

  return (
    <section className={styles.card} data-master={master.name}>
      <div className={styles.head}>
        <h2>
          {t('sync.masters')} {master.name}{' '}
          <Badge tone={standing.tone} icon={standing.icon}>
            {standing.word}
          </Badge>
        </h2>
        <div className={styles.buttons}>
          <Button variant="primary" icon="sync" disabled={isRunning} onClick={() => void run()}>
            {t(isRunning ? 'sync.running' : 'sync.run')}
          </Button>
          <Button onClick={() => setOpen('dry_run')}>{t('sync.dry_run')}</Button>
          <Button variant="danger" onClick={() => setOpen('reset')}>
            {t('sync.reset')}
          </Button>
        </div>
      </div>
      {master.lastError && (
        <p className={styles.warning}>
          {master.lastError}{' '}
          <span className={styles.soft}>{t('sync.tries', { count: master.retryCount })}</span>
        </p>
      )}
      <dl className={styles.facts}>
        <dt>{t('sync.last_round')}</dt>
        <dd>{ago(master.lastSyncedAt, now)}</dd>
        <dt>{t('sync.next_round')}</dt>
        <dd>
          {master.nextRoundAt
            ? t('sync.next_at', { at: formatSecond(master.nextRoundAt) })
            : t('sync.unknown')}
        </dd>
        {master.skewSeconds !== null && (
          <>
            <dt>{t('sync.its_clock')}</dt>
            <dd>{clock(master.skewSeconds)}</dd>
          </>
        )}
      </dl>
      <Lanes lanes={master.lanes} onPause={(lane, isPaused) => void pause(lane, isPaused)} />
      {open === 'dry_run' && <DryRunDialog master={master} onClose={() => setOpen(null)} />}
      {open === 'reset' && (
        <ResetDialog
          master={master}
          onClose={() => setOpen(null)}
          onDone={() => {
            setOpen(null)
            void onChanged()
          }}
        />
      )}
    </section>
  )
}

export function totals(rounds: readonly OwnRound[]): { up: number; down: number } {
  return rounds.reduce(
    (sum, round) => ({
      up: sum.up + round.applied + round.merged + round.refused,
      down: sum.down + round.changes + round.rows,
    }),
    { up: 0, down: 0 },
  )
}
