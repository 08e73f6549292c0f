import { t } from '../i18n/index.ts'
import { Channels } from './Channels.tsx'
import { type AppTraffic, formatCount, formatRate } from './model.ts'
import { RateBars } from './RateBars.tsx'
import styles from './Realtime.module.css'

interface NowProps {
  readonly app: AppTraffic
  readonly search: string
  readonly onSearch: (search: string) => void
  readonly onWatch: (channel: string) => void
}

/** How much goes on in one app at this moment. */
export function Now({ app, search, onSearch, onWatch }: NowProps) {
  const most =
    app.maxConnections > 0 ? t('realtime.of_most', { figure: formatCount(app.maxConnections) }) : ''
  return (
    <div className={styles.now}>
      <dl className={styles.figures}>
        <Figure
          name="connections"
          label={t('realtime.connections')}
          value={formatCount(app.connections)}
          note={most}
        />
        <Figure name="channels" label={t('realtime.channels')} value={formatCount(app.channels)} />
        <Figure name="members" label={t('realtime.members')} value={formatCount(app.members)} />
        <Figure
          name="in"
          label={t('realtime.in_now')}
          value={formatRate(app.publishedPerSecond)}
          note={t('realtime.in_total', { figure: formatCount(app.published) })}
        />
        <Figure
          name="out"
          label={t('realtime.out_now')}
          value={formatRate(app.deliveredPerSecond)}
          note={t('realtime.out_total', { figure: formatCount(app.delivered) })}
        />
        <Figure
          name="dropped"
          label={t('realtime.dropped')}
          value={formatCount(app.dropped)}
          note={t('realtime.dropped_hint')}
        />
      </dl>
      <section className={styles.card}>
        <h2>{t('realtime.rates')}</h2>
        <div className={styles.rates}>
          <RateBars rates={app.samples.map((sample) => sample.published)} label="realtime.rates_in" />
          <RateBars rates={app.samples.map((sample) => sample.delivered)} label="realtime.rates_out" />
        </div>
      </section>
      <Channels app={app.id} search={search} onSearch={onSearch} onWatch={onWatch} />
    </div>
  )
}

interface FigureProps {
  readonly name: string
  readonly label: string
  readonly value: string
  readonly note?: string
}

function Figure({ name, label, value, note = '' }: FigureProps) {
  return (
    <div className={styles.figure}>
      <dt>{label}</dt>
      <dd data-figure={name}>{value}</dd>
      <dd className={styles.note}>{note}</dd>
    </div>
  )
}
