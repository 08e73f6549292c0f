import { useBranchline } from '@branchline/client/react'
import { useEffect, useState } from 'react'
import { formatNumber } from '../format/words.ts'
import { t, tOr } from '../i18n/index.ts'
import { type Answer, call } from '../server/call.ts'
import { tableLabel } from '../shop/writes.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Empty, Skeleton } from '../ui/Empty.tsx'
import type { DryRun, Master } from './model.ts'
import styles from './Sync.module.css'

interface DryRunDialogProps {
  readonly master: Master
  readonly onClose: () => void
}

/** What would go up now, and what the master would say to it. */
export function DryRunDialog({ master, onClose }: DryRunDialogProps) {
  const client = useBranchline()
  const [told, setTold] = useState<Answer<DryRun> | null>(null)
  useEffect(() => {
    const query = new URLSearchParams({ master: master.name })
    void call<DryRun>(client, 'POST', `/api/sync/dry-run?${query}`).then(setTold)
  }, [client, master.name])

  return (
    <Dialog title={t('sync.dry_run_title', { name: master.name })} onClose={onClose} wide>
      {told === null && <Skeleton rows={3} />}
      {told?.kind === 'refused' && <p className={styles.error}>{told.message}</p>}
      {told?.kind === 'done' && told.body.up.length === 0 && (
        <Empty
          icon="check"
          title={t('sync.dry_run_none')}
          text={t('sync.dry_run_none_hint', { name: master.name })}
        />
      )}
      {told?.kind === 'done' && told.body.up.length > 0 && (
        <>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t('sync.table')}</th>
                <th scope="col">{t('sync.lane')}</th>
                <th scope="col">{t('sync.kind')}</th>
                <th scope="col">{t('sync.outcome')}</th>
                <th scope="col" className={styles.figure}>
                  {t('sync.count')}
                </th>
              </tr>
            </thead>
            <tbody>
              {told.body.up.map((line) => (
                <tr key={`${line.lane} ${line.table} ${line.kind} ${line.outcome}`}>
                  <th scope="row">{tableLabel(client, line.table)}</th>
                  <td data-label={t('sync.lane')}>{tOr(`sync.lanes.${line.lane}`, line.lane)}</td>
                  <td data-label={t('sync.kind')}>{line.kind}</td>
                  <td data-label={t('sync.outcome')}>{line.outcome}</td>
                  <td data-label={t('sync.count')} className={styles.figure}>
                    {formatNumber(line.count)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <p className={styles.soft}>{t('sync.dry_run_hint')}</p>
        </>
      )}
    </Dialog>
  )
}
