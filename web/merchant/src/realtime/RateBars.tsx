import { t } from '../i18n/index.ts'
import { formatRate } from './model.ts'
import styles from './Realtime.module.css'

const kept = 60
const height = 100

interface RateBarsProps {
  readonly rates: readonly number[]
  readonly label: 'realtime.rates_in' | 'realtime.rates_out'
}

/** One bar a second for the last minute, the newest at the right. */
export function RateBars({ rates, label }: RateBarsProps) {
  const most = Math.max(0, ...rates)
  const text = most === 0 ? t(`${label}_none`) : t(label, { figure: formatRate(most) })
  const bars = [...Array.from({ length: kept }, () => 0), ...rates].slice(-kept)
  return (
    <figure className={styles.chart}>
      <svg viewBox={`0 0 ${kept} ${height}`} preserveAspectRatio="none" role="img" aria-label={text}>
        {bars.map((rate, second) => {
          const tall = most === 0 || rate === 0 ? 0 : Math.max(2, (rate / most) * height)
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place
            <rect key={second} x={second + 0.1} width={0.8} y={height - tall} height={tall} />
          )
        })}
      </svg>
      <figcaption>{text}</figcaption>
    </figure>
  )
}
