import { t } from '../i18n/index.ts'
import { usePolled } from '../server/usePolled.ts'
import { Badge } from '../ui/Badge.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Empty, Skeleton } from '../ui/Empty.tsx'
import { type ChannelDetail, formatCount } from './model.ts'
import styles from './Realtime.module.css'

const often = 2_000

interface ChannelSheetProps {
  readonly app: string
  readonly name: string
  readonly onClose: () => void
  readonly onWatch: () => void
}

/** Who is in one channel, and what it keeps. */
export function ChannelSheet({ app, name, onClose, onWatch }: ChannelSheetProps) {
  const path = `/api/realtime/channels/${encodeURIComponent(name)}?${new URLSearchParams({ app })}`
  const [channel] = usePolled<ChannelDetail>(path, often)
  const shown = channel.kind === 'here' ? channel.body : undefined
  return (
    <Dialog
      title={name}
      shape="sheet"
      onClose={onClose}
      aside={shown && <Badge tone="accent">{t(`realtime.kinds.${shown.kind}`)}</Badge>}
      footer={
        <Button icon="live" size="lg" onClick={onWatch}>
          {t('realtime.watch')}
        </Button>
      }
    >
      {channel.kind === 'loading' && <Skeleton rows={3} />}
      {channel.kind === 'refused' && (
        <Empty icon="live" title={t('realtime.channel_gone')} text={t('realtime.channel_gone_hint')} />
      )}
      {shown && (
        <dl className={styles.facts}>
          <dt>{t('realtime.subscriptions')}</dt>
          <dd>{formatCount(shown.subscriptions)}</dd>
          {shown.kind === 'presence' && (
            <>
              <dt>{t('realtime.present')}</dt>
              <dd>
                {shown.members.map(({ id, info }) => info?.name ?? id).join(', ') || t('realtime.nobody')}
              </dd>
            </>
          )}
          {shown.cached && (
            <>
              <dt>{t('realtime.last_event')}</dt>
              <dd className={styles.code}>{shown.cached}</dd>
            </>
          )}
        </dl>
      )}
    </Dialog>
  )
}
