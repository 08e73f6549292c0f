import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { t } from '../i18n/index.ts'
import '../i18n/sync.ts'
import { usePolled } from '../server/usePolled.ts'
import { useShop } from '../shop/Shop.tsx'
import { Button } from '../ui/Button.tsx'
import { Empty, Skeleton } from '../ui/Empty.tsx'
import { Segmented } from '../ui/Segmented.tsx'
import { Conflicts } from './Conflicts.tsx'
import type { SyncStatus } from './model.ts'
import { Overview } from './Overview.tsx'
import { Rounds } from './Rounds.tsx'
import styles from './Sync.module.css'
import { Tray } from './Tray.tsx'

const route = getRouteApi('/inside/admin/sync')
const often = 2_000

const views = [
  { value: 'overview', icon: 'sync', label: t('sync.overview') },
  { value: 'rounds', icon: 'clock', label: t('sync.rounds') },
  { value: 'conflicts', icon: 'split', label: t('sync.conflicts') },
  { value: 'tray', icon: 'queue', label: t('sync.tray') },
] as const

type View = (typeof views)[number]['value']

/** How branches and head office keep in step, for administrators. What is looked at stands in the address. */
export function Sync() {
  const { user } = useShop()
  if (user.role !== 'admin')
    return <Empty icon="key" title={t('access.not_allowed')} text={t('sync.not_allowed_hint')} />
  return <Page />
}

function Page() {
  const search = route.useSearch()
  const navigate = useNavigate()
  const [status, reload] = usePolled<SyncStatus>('/api/sync/status', often)
  const view = views.find(({ value }) => value === search.view)?.value ?? 'overview'

  if (status.kind === 'refused')
    return (
      <Empty icon="offline" title={t('sync.unreachable')} text={status.message}>
        <Button onClick={() => void reload()}>{t('sync.retry')}</Button>
      </Empty>
    )
  return (
    <div className={styles.page}>
      <div className={styles.tools}>
        <Segmented<View>
          label={t('sync.view')}
          options={views}
          value={view}
          onChange={(next) =>
            void navigate({
              to: '/admin/sync',
              replace: true,
              search: next === 'overview' ? {} : { view: next },
            })
          }
        />
      </div>
      {status.kind === 'loading' && <Skeleton rows={6} height={60} />}
      {status.kind === 'here' && view === 'overview' && <Overview status={status.body} onChanged={reload} />}
      {status.kind === 'here' && view === 'rounds' && <Rounds status={status.body} />}
      {view === 'conflicts' && <Conflicts />}
      {view === 'tray' && <Tray />}
    </div>
  )
}
