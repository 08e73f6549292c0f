import { useState } from 'react'
import { t } from '../../i18n/index.ts'
import { usePolled } from '../../server/usePolled.ts'
import { Badge } from '../../ui/Badge.tsx'
import { Button } from '../../ui/Button.tsx'
import { Skeleton } from '../../ui/Empty.tsx'
import type { AppSettings, AppTraffic } from '../model.ts'
import styles from '../Realtime.module.css'
import { AppDialog } from './AppDialog.tsx'
import { NewApp } from './NewApp.tsx'
import { SecretDialog } from './SecretDialog.tsx'
import { Webhooks } from './Webhooks.tsx'

type Open =
  | { readonly kind: 'none' | 'new' }
  | { readonly kind: 'app'; readonly id: string }
  | { readonly kind: 'secret'; readonly app: AppSettings }

interface AppListProps {
  readonly apps: readonly AppTraffic[]
  readonly onChanged: () => Promise<void>
}

/** The apps of this node: who may connect, with which limits, and who is told. */
export function AppList({ apps, onChanged }: AppListProps) {
  const [list, load] = usePolled<readonly AppSettings[]>('/api/realtime/apps')
  const [open, setOpen] = useState<Open>({ kind: 'none' })
  const close = () => setOpen({ kind: 'none' })
  const changed = (app?: AppSettings) => {
    setOpen(app?.secret === undefined ? { kind: 'none' } : { kind: 'secret', app })
    void load()
    void onChanged()
  }
  const opened =
    open.kind === 'app' && list.kind === 'here' ? list.body.find(({ id }) => id === open.id) : undefined

  return (
    <div className={styles.now}>
      <section className={styles.card}>
        <div className={styles.head}>
          <h2>{t('realtime.apps')}</h2>
          <Button variant="primary" size="lg" icon="plus" onClick={() => setOpen({ kind: 'new' })}>
            {t('realtime.add_app')}
          </Button>
        </div>
        {list.kind === 'loading' && <Skeleton rows={3} height={60} />}
        {list.kind === 'refused' && <p>{list.message}</p>}
        {list.kind === 'here' && (
          <ul>
            {list.body.map((app) => (
              <AppLine key={app.id} app={app} onOpen={() => setOpen({ kind: 'app', id: app.id })} />
            ))}
          </ul>
        )}
      </section>
      <Webhooks
        states={apps.flatMap((app) => app.webhooks)}
        names={new Map(apps.map(({ id, name }) => [id, name]))}
      />
      {open.kind === 'new' && <NewApp onClose={close} onMade={changed} />}
      {opened && <AppDialog app={opened} onClose={close} onChanged={changed} />}
      {open.kind === 'secret' && <SecretDialog app={open.app} onClose={close} />}
    </div>
  )
}

function AppLine({ app, onOpen }: { app: AppSettings; onOpen: () => void }) {
  return (
    <li className={styles.line}>
      <button type="button" className={styles.app} onClick={onOpen}>
        <span className={styles.who}>
          <strong>{app.name}</strong>
          <span className={styles.soft}>
            {app.id} · {app.key}
          </span>
        </span>
        <span className={styles.badges}>
          {app.isOwn && <Badge tone="accent">{t('realtime.own')}</Badge>}
          {app.isReadOnly && <Badge icon="info">{t('realtime.by_configuration')}</Badge>}
          {app.enabled ? (
            <Badge tone="good" icon="check">
              {t('realtime.enabled')}
            </Badge>
          ) : (
            <Badge tone="bad" icon="close">
              {t('realtime.disabled')}
            </Badge>
          )}
        </span>
      </button>
    </li>
  )
}
