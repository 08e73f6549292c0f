import { bytes } from '../format/bytes.ts'
import { span } from '../format/span.ts'
import { formatInstant } from '../format/time.ts'
import { formatNumber } from '../format/words.ts'
import { t, tOr } from '../i18n/index.ts'
import { Badge } from '../ui/Badge.tsx'
import { Icon } from '../ui/Icon.tsx'
import { Branches } from './Branches.tsx'
import { Devices } from './Devices.tsx'
import { MasterCard } from './MasterCard.tsx'
import type { SyncStatus } from './model.ts'
import styles from './Sync.module.css'
import { Tree } from './Tree.tsx'

interface OverviewProps {
  readonly status: SyncStatus
  readonly onChanged: () => Promise<void>
}

/** What is wrong first, then what is above, what is below, and this node itself. */
export function Overview({ status, onChanged }: OverviewProps) {
  return (
    <div className={styles.stack}>
      <Alerts status={status} />
      {status.masters.map((master) => (
        <MasterCard key={master.name} master={master} now={status.time} onChanged={onChanged} />
      ))}
      <Branches status={status} onChanged={onChanged} />
      <Tree status={status} />
      <Devices status={status} />
      <Facts status={status} />
    </div>
  )
}

function Alerts({ status: { alerts, alertWebhook } }: { status: SyncStatus }) {
  if (alerts.length === 0 && !alertWebhook?.failure) return null
  return (
    <section className={styles.alerts} aria-label={t('sync.alerts')} role="status">
      <ul>
        {alerts.map((alert) => (
          <li key={`${alert.kind} ${alert.subject}`} className={styles.alert}>
            <Badge tone="bad" icon="alert">
              {tOr(`sync.alert_kinds.${alert.kind}`, alert.kind)}
            </Badge>
            <span>
              <strong>{alert.name}</strong>
              {`: ${alert.text} `}
              <span className={styles.soft}>{t('sync.alert_since', { at: formatInstant(alert.since) })}</span>
            </span>
          </li>
        ))}
        {alertWebhook?.failure && (
          <li className={styles.alert}>
            <Icon name="offline" size={18} />
            <span>{t('sync.webhook_failing', { reason: alertWebhook.failure })}</span>
          </li>
        )}
      </ul>
    </section>
  )
}

function Facts({ status: { node, schedule, floor, masters } }: { status: SyncStatus }) {
  const [lowest] = floor.holders
  const holder =
    lowest &&
    (lowest.name ??
      (tOr(`sync.holders.${lowest.holder.split(':')[0]}`, '') || lowest.holder.replace(/^device:/, '')))
  return (
    <section className={styles.card}>
      <h2>{t('sync.node')}</h2>
      <dl className={styles.facts}>
        <dt>{t('sync.host')}</dt>
        <dd>{node.host}</dd>
        <dt>{t('sync.version')}</dt>
        <dd>{node.version}</dd>
        <dt>{t('sync.sockets')}</dt>
        <dd>{formatNumber(node.sockets)}</dd>
        {node.disk && (
          <>
            <dt>{t('sync.disk')}</dt>
            <dd>{t('sync.disk_free', { free: bytes(node.disk.free), total: bytes(node.disk.total) })}</dd>
          </>
        )}
        {masters.length > 0 && (
          <>
            <dt>{t('sync.schedule')}</dt>
            <dd>
              {schedule.enabled
                ? t('sync.schedule_every', { time: span(schedule.intervalSeconds) })
                : t('sync.schedule_off')}
            </dd>
          </>
        )}
        <dt>{t('sync.log')}</dt>
        <dd>
          {floor.seq === 0 || !holder
            ? t('sync.log_whole')
            : t('sync.log_kept', { count: floor.changes, holder })}
        </dd>
      </dl>
    </section>
  )
}
