import { memo } from 'react'
import { formatSecond } from '../format/time.ts'
import { t } from '../i18n/index.ts'
import { Badge, type Tone } from '../ui/Badge.tsx'
import { formatCount } from './model.ts'
import styles from './Realtime.module.css'
import type { TailKind, TailLine } from './tail.ts'

const tones: Readonly<Partial<Record<TailKind, Tone>>> = {
  published: 'accent',
  client_event: 'accent',
  connected: 'good',
  member_added: 'good',
  dropped: 'bad',
}

/** One thing that happened. */
export const TailRow = memo(function TailRow({ line }: { line: TailLine }) {
  const who = [line.user, line.socketId].filter(Boolean).join(' · ')
  return (
    <li className={styles.event}>
      {line.lost !== undefined && (
        <p className={styles.lost}>{t('realtime.lines_lost', { count: line.lost })}</p>
      )}
      <div className={styles.what}>
        <time dateTime={line.at}>{formatSecond(line.at)}</time>
        <Badge tone={tones[line.kind] ?? 'neutral'}>{t(`realtime.lines.${line.kind}`)}</Badge>
        {line.event && <strong>{line.event}</strong>}
        {line.channel && <span>{line.channel}</span>}
        {who && <span className={styles.soft}>{who}</span>}
        {line.size !== undefined && (
          <span className={styles.soft}>{t('realtime.bytes', { figure: formatCount(line.size) })}</span>
        )}
      </div>
      {line.data && <code className={styles.code}>{line.data}</code>}
    </li>
  )
})
