import { formatInstant, formatSecond } from '../format/time.ts'
import { formatNumber } from '../format/words.ts'
import { t } from '../i18n/index.ts'
import { Badge } from '../ui/Badge.tsx'
import { Empty } from '../ui/Empty.tsx'
import type { SyncStatus } from './model.ts'
import styles from './Sync.module.css'
import { type RoundLine, roundsOf } from './standing.ts'

const shown = 100
const aDay = 86_400_000

/** What was exchanged, the newest first: this node's rounds with its master, and those that branches reported. */
export function Rounds({ status }: { status: SyncStatus }) {
  const rounds = roundsOf(status)
  if (rounds.length === 0)
    return <Empty icon="clock" title={t('sync.no_rounds')} text={t('sync.no_rounds_hint')} />
  return (
    <section className={styles.card} data-list="rounds">
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('sync.round_who')}</th>
            <th scope="col">{t('sync.round_start')}</th>
            <th scope="col" className={styles.figure}>
              {t('sync.round_took')}
            </th>
            <th scope="col" className={styles.figure}>
              {t('sync.round_up')}
            </th>
            <th scope="col" className={styles.figure}>
              {t('sync.round_down')}
            </th>
            <th scope="col" aria-label={t('sync.outcome')} />
          </tr>
        </thead>
        <tbody>
          {rounds.slice(0, shown).map((round) => (
            <Line key={round.key} round={round} now={status.time} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Line({ round, now }: { round: RoundLine; now: string }) {
  const isOld = Date.parse(now) - Date.parse(round.startedAt) > aDay
  return (
    <tr>
      <th scope="row">
        <span className={styles.name}>{round.who}</span>
        <span className={styles.under}>{round.id}</span>
      </th>
      <td data-label={t('sync.round_start')}>
        {isOld ? formatInstant(round.startedAt) : formatSecond(round.startedAt)}
      </td>
      <td data-label={t('sync.round_took')} className={styles.figure}>
        {t('sync.round_ms', { figure: formatNumber(Math.round(round.milliseconds)) })}
      </td>
      <td data-label={t('sync.round_up')} className={styles.figure}>
        {formatNumber(round.up)}
      </td>
      <td data-label={t('sync.round_down')} className={styles.figure}>
        {formatNumber(round.down)}
      </td>
      <td className={styles.wide}>
        {round.refused > 0 && (
          <Badge tone="warn" icon="queue">
            {`${t('sync.round_refused')} ${formatNumber(round.refused)}`}
          </Badge>
        )}
        {round.repaired > 0 && (
          <Badge tone="warn" icon="sync">
            {`${t('sync.round_repaired')} ${formatNumber(round.repaired)}`}
          </Badge>
        )}
        {round.error && <span className={styles.error}>{round.error}</span>}
      </td>
    </tr>
  )
}
