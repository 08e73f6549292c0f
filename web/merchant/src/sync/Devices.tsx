import type { StorageVerdict } from '@branchline/client'
import { formatNumber } from '../format/words.ts'
import { t } from '../i18n/index.ts'
import { Badge } from '../ui/Badge.tsx'
import { Empty } from '../ui/Empty.tsx'
import type { SyncStatus } from './model.ts'
import styles from './Sync.module.css'
import { ago } from './standing.ts'

const shown = 20

/** Tills, phones and browsers that read this node's feed. */
export function Devices({ status: { devices, time } }: { status: SyncStatus }) {
  return (
    <section className={styles.card} data-list="devices">
      <h2>{t('sync.devices')}</h2>
      {devices.length === 0 ? (
        <Empty icon="device" title={t('sync.no_devices')} text={t('sync.no_devices_hint')} />
      ) : (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('sync.device')}</th>
              <th scope="col">{t('sync.contact')}</th>
              <th scope="col" className={styles.figure}>
                {t('sync.down')}
              </th>
              <th scope="col">{t('people.storage')}</th>
              <th scope="col" aria-label={t('sync.floor_holder')} />
            </tr>
          </thead>
          <tbody>
            {devices.slice(0, shown).map((device) => (
              <tr key={device.id}>
                <th scope="row">
                  <span className={styles.name}>{device.userName ?? device.id}</span>
                  {device.userName && <span className={styles.under}>{device.id}</span>}
                </th>
                <td data-label={t('sync.contact')}>
                  {device.isLive ? (
                    <Badge tone="good" icon="live">
                      {t('sync.device_live')}
                    </Badge>
                  ) : (
                    ago(device.seenAt, time)
                  )}
                </td>
                <td data-label={t('sync.down')} className={styles.figure}>
                  {device.behind === null ? t('sync.unknown') : formatNumber(device.behind)}
                </td>
                <td data-label={t('people.storage')}>
                  <Disk verdict={device.storage} />
                </td>
                <td className={styles.end}>
                  {device.isFloorHolder && <Badge icon="info">{t('sync.floor_holder')}</Badge>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {devices.length > shown && (
        <p className={styles.soft}>{t('sync.more_devices', { count: devices.length - shown })}</p>
      )}
    </section>
  )
}

/** What the device said of its disk; a browser that may take unsent work away is warned of. */
function Disk({ verdict }: { verdict: StorageVerdict | null }) {
  if (verdict === null || verdict === 'persistent' || verdict === 'unknown')
    return verdict && t(`people.storage_is.${verdict}`)
  return (
    <span title={t(`people.storage_hint.${verdict}`)}>
      <Badge tone="warn" icon="alert">
        {t(`people.storage_is.${verdict}`)}
      </Badge>
    </span>
  )
}
