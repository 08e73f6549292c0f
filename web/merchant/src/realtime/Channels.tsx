import { useState } from 'react'
import { t } from '../i18n/index.ts'
import { usePolled } from '../server/usePolled.ts'
import { Badge } from '../ui/Badge.tsx'
import { Button } from '../ui/Button.tsx'
import { Empty, Skeleton } from '../ui/Empty.tsx'
import { SearchField } from '../ui/SearchField.tsx'
import { ChannelSheet } from './ChannelSheet.tsx'
import { type ChannelLine, type ChannelPage, formatCount } from './model.ts'
import styles from './Realtime.module.css'

const pageSize = 50
const often = 2_000

interface ChannelsProps {
  readonly app: string
  readonly search: string
  readonly onSearch: (search: string) => void
  readonly onWatch: (channel: string) => void
}

/** Every channel that somebody is in. */
export function Channels({ app, search, onSearch, onWatch }: ChannelsProps) {
  const [limit, setLimit] = useState(pageSize)
  const [open, setOpen] = useState<string | null>(null)
  const query = new URLSearchParams({ app, search, limit: String(limit) })
  const [page] = usePolled<ChannelPage>(`/api/realtime/channels?${query}`, often)

  return (
    <section className={styles.card}>
      <div className={styles.head}>
        <h2>
          {t('realtime.channels')}{' '}
          {page.kind === 'here' && <span className={styles.soft}>{formatCount(page.body.total)}</span>}
        </h2>
        <SearchField label={t('realtime.channel_search')} value={search} onChange={onSearch} />
      </div>
      {page.kind === 'loading' && <Skeleton rows={4} />}
      {page.kind === 'refused' && <p>{page.message}</p>}
      {page.kind === 'here' && page.body.channels.length === 0 && (
        <Empty
          icon="live"
          title={t(search ? 'realtime.none_found' : 'realtime.no_channels')}
          text={t(search ? 'realtime.none_found_hint' : 'realtime.no_channels_hint')}
        />
      )}
      {page.kind === 'here' && page.body.channels.length > 0 && (
        <ul>
          {page.body.channels.map((channel) => (
            <Line key={channel.name} channel={channel} onOpen={() => setOpen(channel.name)} />
          ))}
        </ul>
      )}
      {page.kind === 'here' && page.body.next && (
        <Button onClick={() => setLimit(limit + pageSize)}>{t('realtime.more_channels')}</Button>
      )}
      {open !== null && (
        <ChannelSheet app={app} name={open} onClose={() => setOpen(null)} onWatch={() => onWatch(open)} />
      )}
    </section>
  )
}

function Line({ channel, onOpen }: { channel: ChannelLine; onOpen: () => void }) {
  return (
    <li className={styles.line}>
      <button type="button" className={styles.channel} onClick={onOpen}>
        <span className={styles.name}>{channel.name}</span>
        <Badge tone={channel.kind === 'presence' ? 'accent' : 'neutral'}>
          {t(`realtime.kinds.${channel.kind}`)}
        </Badge>
        <span className={styles.count} title={t('realtime.subscriptions')}>
          <span className="sr-only">{t('realtime.subscriptions')} </span>
          {formatCount(channel.subscriptions)}
        </span>
      </button>
    </li>
  )
}
