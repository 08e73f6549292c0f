import { formatInstant } from '../../format/time.ts'
import { t } from '../../i18n/index.ts'
import { Badge } from '../../ui/Badge.tsx'
import { Empty } from '../../ui/Empty.tsx'
import { formatCount, type WebhookState } from '../model.ts'
import styles from '../Realtime.module.css'

interface WebhooksProps {
  readonly states: readonly WebhookState[]
  readonly names: ReadonlyMap<string, string>
}

/** How it goes with every backend that is told what happens. */
export function Webhooks({ states, names }: WebhooksProps) {
  return (
    <section className={styles.card}>
      <h2>{t('realtime.webhooks')}</h2>
      {states.length === 0 && (
        <Empty icon="sent" title={t('realtime.no_webhooks')} text={t('realtime.no_webhooks_hint')} />
      )}
      <ul>
        {states.map((state) => (
          <li key={`${state.appId} ${state.url}`} className={styles.hook}>
            <span className={styles.who}>
              <strong>{state.url}</strong>
              <span className={styles.soft}>{names.get(state.appId)}</span>
              <span className={styles.soft}>
                {t('realtime.hook_counts', {
                  delivered: formatCount(state.delivered),
                  waiting: formatCount(state.waiting),
                  lost: formatCount(state.lost),
                })}
              </span>
              {state.failures > 0 && <span>{state.lastReason}</span>}
            </span>
            <Health state={state} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Health({ state }: { state: WebhookState }) {
  if (state.deadSince)
    return (
      <Badge tone="bad" icon="alert">
        {t('realtime.hook_dead')} {t('realtime.hook_since', { at: formatInstant(state.deadSince) })}
      </Badge>
    )
  if (state.failures > 0)
    return (
      <Badge tone="warn" icon="alert">
        {t('realtime.hook_failing')}
      </Badge>
    )
  return state.lastSuccess ? (
    <Badge tone="good" icon="check">
      {t('realtime.hook_good')}
    </Badge>
  ) : (
    <Badge icon="clock">{t('realtime.hook_idle')}</Badge>
  )
}
