import { formatInstant } from '../format/time.ts'
import { formatNumber } from '../format/words.ts'
import { t, tOr } from '../i18n/index.ts'
import { Badge } from '../ui/Badge.tsx'
import { Button } from '../ui/Button.tsx'
import type { Lane } from './model.ts'
import styles from './Sync.module.css'

interface LanesProps {
  readonly lanes: readonly Lane[]
  /** Where lanes can be paused, does so or lets one go on. */
  readonly onPause?: (lane: string, pause: boolean) => void
}

/** What waits to go up, lane by lane. */
export function Lanes({ lanes, onPause }: LanesProps) {
  const hasHeld = lanes.some(({ held }) => held > 0)
  return (
    <>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('sync.lane')}</th>
            <th scope="col" className={styles.figure}>
              {t('sync.waits')}
            </th>
            {hasHeld && (
              <th scope="col" className={styles.figure}>
                {t('sync.held')}
              </th>
            )}
            <th scope="col">{t('sync.oldest')}</th>
            <th scope="col" aria-label={t('sync.state')} />
          </tr>
        </thead>
        <tbody>
          {lanes.map((lane) => (
            <tr key={lane.name} data-lane={lane.name}>
              <th scope="row">{tOr(`sync.lanes.${lane.name}`, lane.name)}</th>
              <td data-label={t('sync.waits')} className={styles.figure}>
                {formatNumber(lane.pending)}
              </td>
              {hasHeld && (
                <td data-label={t('sync.held')} className={styles.figure}>
                  {formatNumber(lane.held)}
                </td>
              )}
              <td data-label={t('sync.oldest')}>
                {lane.oldest ? formatInstant(lane.oldest) : t('sync.unknown')}
              </td>
              <td className={styles.end}>
                <span className={styles.buttons}>
                  {lane.isPaused && (
                    <Badge tone="warn" icon="clock">
                      {t('sync.paused')}
                    </Badge>
                  )}
                  {onPause && <PauseButton lane={lane} onPause={onPause} />}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {hasHeld && <p className={styles.soft}>{t('sync.held_hint')}</p>}
    </>
  )
}

function PauseButton({ lane, onPause }: { lane: Lane; onPause: (lane: string, pause: boolean) => void }) {
  const word = lane.isPaused ? 'resume' : 'pause'
  return (
    <Button
      aria-label={t(`sync.${word}_lane`, { lane: tOr(`sync.lanes.${lane.name}`, lane.name) })}
      onClick={() => onPause(lane.name, !lane.isPaused)}
    >
      {t(`sync.${word}`)}
    </Button>
  )
}
