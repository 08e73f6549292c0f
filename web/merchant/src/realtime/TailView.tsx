import { t } from '../i18n/index.ts'
import { Badge } from '../ui/Badge.tsx'
import { Button } from '../ui/Button.tsx'
import { Empty } from '../ui/Empty.tsx'
import { TextField } from '../ui/Field.tsx'
import styles from './Realtime.module.css'
import { TailRow } from './TailRow.tsx'
import { TestEvent } from './TestEvent.tsx'
import type { TailState } from './tail.ts'
import { useTail } from './useTail.ts'

interface TailViewProps {
  readonly app: string
  readonly channel: string
  readonly event: string
  readonly onFilter: (patch: Record<string, string>) => void
}

/** What happens, as it happens, and a way to make something happen. */
export function TailView({ app, channel, event, onFilter }: TailViewProps) {
  const [tail, state] = useTail({ app, channel, event })
  return (
    <div className={styles.tail}>
      <section className={styles.card} aria-label={t('realtime.tail')}>
        <div className={styles.filter}>
          <TextField
            label={t('realtime.tail_channel')}
            hint={t('realtime.tail_hint')}
            value={channel}
            onChange={({ target }) => onFilter({ channel: target.value })}
          />
          <TextField
            label={t('realtime.tail_event')}
            hint={t('realtime.tail_hint')}
            value={event}
            onChange={({ target }) => onFilter({ event: target.value })}
          />
          <div className={styles.buttons}>
            <Button onClick={() => (state.isPaused ? tail.resume() : tail.pause())}>
              {t(state.isPaused ? 'realtime.resume' : 'realtime.pause')}
            </Button>
            <Button onClick={() => tail.clear()}>{t('realtime.clear')}</Button>
          </div>
        </div>
        <p className={styles.state} role="status" data-testid="tail-state">
          <State state={state} />
          {state.held > 0 && t('realtime.held', { count: state.held })}
        </p>
        {state.lines.length === 0 ? (
          <Empty
            icon="live"
            title={t(state.kind === 'refused' ? 'realtime.tail_refused' : 'realtime.tail_quiet')}
            text={t(state.kind === 'refused' ? 'realtime.tail_refused_hint' : 'realtime.tail_quiet_hint')}
          />
        ) : (
          <ul className={styles.lines} data-list="tail">
            {state.lines.map((line) => (
              <TailRow key={line.n} line={line} />
            ))}
          </ul>
        )}
      </section>
      <TestEvent key={channel} app={app} channel={channel.includes('*') ? '' : channel} />
    </div>
  )
}

function State({ state }: { state: TailState }) {
  if (state.kind === 'refused')
    return (
      <Badge tone="bad" icon="alert">
        {t('realtime.tail_refused')}
      </Badge>
    )
  if (state.isPaused) return <Badge icon="clock">{t('realtime.tail_paused')}</Badge>
  return state.kind === 'live' ? (
    <Badge tone="good" icon="live">
      {t('realtime.tail_live')}
    </Badge>
  ) : (
    <Badge tone="warn" icon="connecting">
      {t('realtime.tail_connecting')}
    </Badge>
  )
}
