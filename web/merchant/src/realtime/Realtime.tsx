import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { t } from '../i18n/index.ts'
import '../i18n/realtime.ts'
import { usePolled } from '../server/usePolled.ts'
import { useShop } from '../shop/Shop.tsx'
import { Button } from '../ui/Button.tsx'
import { Empty, Skeleton } from '../ui/Empty.tsx'
import { Segmented } from '../ui/Segmented.tsx'
import { AppList } from './apps/AppList.tsx'
import { Connect } from './Connect.tsx'
import type { AppTraffic, Overview } from './model.ts'
import { Now } from './Now.tsx'
import styles from './Realtime.module.css'
import { TailView } from './TailView.tsx'

const route = getRouteApi('/inside/admin/realtime')
const often = 2_000

const views = [
  { value: 'now', icon: 'chart', label: t('realtime.now') },
  { value: 'tail', icon: 'live', label: t('realtime.tail') },
  { value: 'apps', icon: 'key', label: t('realtime.apps') },
  { value: 'connect', icon: 'device', label: t('realtime.connect') },
] as const

type View = (typeof views)[number]['value']

/** What administrators see of connections, channels and events. What is chosen stands in the address. */
export function Realtime() {
  const { user } = useShop()
  if (user.role !== 'admin')
    return <Empty icon="key" title={t('access.not_allowed')} text={t('realtime.not_allowed_hint')} />
  return <Page />
}

function Page() {
  const search = route.useSearch()
  const navigate = useNavigate()
  const [overview, reload] = usePolled<Overview>('/api/realtime/overview', often)
  const change = (patch: Record<string, string>) =>
    void navigate({
      to: '/admin/realtime',
      replace: true,
      search: (before: Record<string, string | undefined>) =>
        Object.fromEntries(Object.entries({ ...before, ...patch }).filter(([, value]) => value)) as Record<
          string,
          string
        >,
    })
  const view = views.find(({ value }) => value === search.view)?.value ?? 'now'

  if (overview.kind === 'refused')
    return (
      <Empty icon="offline" title={t('realtime.unreachable')} text={overview.message}>
        <Button onClick={() => void reload()}>{t('realtime.retry')}</Button>
      </Empty>
    )
  const apps = overview.kind === 'here' ? overview.body.apps : []
  const app = apps.find(({ id }) => id === search.app) ?? apps[0]
  return (
    <div className={styles.page}>
      <div className={styles.tools}>
        <Segmented<View>
          label={t('realtime.view')}
          options={views}
          value={view}
          onChange={(next) => change({ view: next })}
        />
        {apps.length > 1 && view !== 'apps' && app && (
          <AppChoice apps={apps} app={app} onChoose={(id) => change({ app: id })} />
        )}
      </div>
      {!app && <Skeleton rows={6} height={60} />}
      {app && view === 'now' && (
        <Now
          app={app}
          search={search.q ?? ''}
          onSearch={(q) => change({ q })}
          onWatch={(channel) => change({ view: 'tail', channel })}
        />
      )}
      {app && view === 'tail' && (
        <TailView app={app.id} channel={search.channel ?? ''} event={search.event ?? ''} onFilter={change} />
      )}
      {app && view === 'apps' && <AppList apps={apps} onChanged={reload} />}
      {app && view === 'connect' && <Connect app={app} />}
    </div>
  )
}

interface AppChoiceProps {
  readonly apps: readonly AppTraffic[]
  readonly app: AppTraffic
  readonly onChoose: (id: string) => void
}

function AppChoice({ apps, app, onChoose }: AppChoiceProps) {
  return (
    <select
      className={styles.choice}
      aria-label={t('realtime.app')}
      value={app.id}
      onChange={(event) => onChoose(event.target.value)}
    >
      {apps.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  )
}
