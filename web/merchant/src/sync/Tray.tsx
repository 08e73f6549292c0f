import { useBranchline } from '@branchline/client/react'
import { useState } from 'react'
import { formatInstant } from '../format/time.ts'
import { t } from '../i18n/index.ts'
import { usePolled } from '../server/usePolled.ts'
import { tableLabel } from '../shop/writes.ts'
import { Button } from '../ui/Button.tsx'
import { Empty, Skeleton } from '../ui/Empty.tsx'
import type { TrayEntry, TrayPage } from './model.ts'
import styles from './Sync.module.css'
import { TraySheet } from './TraySheet.tsx'

const often = 2_000
const pageSize = 50

/** What was refused and waits for somebody to look into it. */
export function Tray() {
  const [limit, setLimit] = useState(pageSize)
  const [open, setOpen] = useState<number | null>(null)
  const [page, reload] = usePolled<TrayPage>(`/api/tray?limit=${limit}`, often)
  if (page.kind === 'loading') return <Skeleton rows={4} height={60} />
  if (page.kind === 'refused') return <p className={styles.error}>{page.message}</p>
  const done = () => {
    setOpen(null)
    void reload()
  }
  return (
    <>
      {page.body.entries.length === 0 ? (
        <Empty icon="check" title={t('sync.no_tray')} text={t('sync.no_tray_hint')} />
      ) : (
        <ul className={styles.card} data-list="tray">
          {page.body.entries.map((entry) => (
            <Line key={entry.id} entry={entry} onOpen={() => setOpen(entry.id)} />
          ))}
        </ul>
      )}
      {page.body.next !== null && page.body.next !== undefined && limit < 4 * pageSize && (
        <Button onClick={() => setLimit(limit + pageSize)}>{t('sync.more')}</Button>
      )}
      {open !== null && <TraySheet id={open} onClose={() => setOpen(null)} onDone={done} />}
    </>
  )
}

function Line({ entry, onOpen }: { entry: TrayEntry; onOpen: () => void }) {
  const client = useBranchline()
  const what = entry.tables.map((table) => tableLabel(client, table)).join(', ')
  const who = entry.user?.name ?? entry.device
  return (
    <li className={styles.line}>
      <button
        type="button"
        className={styles.entry}
        aria-label={t('sync.tray_open', { what })}
        onClick={onOpen}
      >
        <strong>{what}</strong>
        <span>{entry.reason}</span>
        <span className={styles.under}>
          {t('sync.tray_from', { who, at: formatInstant(entry.madeAt) })} · {entry.code}
        </span>
      </button>
    </li>
  )
}
