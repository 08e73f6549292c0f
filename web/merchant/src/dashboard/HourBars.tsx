import { useEffect, useRef, useState } from 'react'
import { formatMoney } from '../format/money.ts'
import { t } from '../i18n/index.ts'
import '../i18n/dashboard.ts'
import styles from './Dashboard.module.css'
import { openHours } from './figures.ts'

const height = 220
const foot = 24
const head = 20

/** Takings by hour. Drawn to the width there is, so that type keeps its size. */
export function HourBars({ byHour, currency }: { byHour: readonly number[]; currency: string }) {
  const frame = useRef<SVGSVGElement>(null)
  const [width, setWidth] = useState(600)
  useEffect(() => {
    if (!frame.current) return
    const observer = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 600))
    observer.observe(frame.current)
    return () => observer.disconnect()
  }, [])

  const hours = openHours(byHour)
  const most = Math.max(...byHour)
  const step = width / hours.length
  const bar = Math.min(40, step * 0.7)
  const every = step < 28 ? 3 : 1
  const scale = (amount: number) => (most === 0 ? 0 : (amount / most) * (height - foot - head))

  return (
    <svg
      ref={frame}
      className={styles.bars}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={
        most === 0
          ? t('dashboard.nothing_sold')
          : t('dashboard.by_hour_most', { amount: formatMoney(most, currency) })
      }
    >
      <line className={styles.axis} x1={0} x2={width} y1={height - foot} y2={height - foot} />
      {hours.map((hour, index) => {
        const amount = byHour[hour] ?? 0
        const x = index * step + step / 2
        const tall = amount > 0 ? Math.max(2, scale(amount)) : 0
        return (
          <g key={hour}>
            <title>{`${hour}:00 ${formatMoney(amount, currency)}`}</title>
            <rect
              className={styles.bar}
              x={x - bar / 2}
              width={bar}
              y={height - foot - tall}
              height={tall}
              rx={3}
            />
            {amount === most && most > 0 && (
              <text
                className={styles.tick}
                x={Math.min(Math.max(x, 32), width - 32)}
                y={height - foot - tall - 6}
                textAnchor="middle"
              >
                {formatMoney(amount, currency)}
              </text>
            )}
            {index % every === 0 && (
              <text className={styles.tick} x={x} y={height - 6} textAnchor="middle">
                {hour}
              </text>
            )}
          </g>
        )
      })}
      {most === 0 && (
        <text className={styles.tick} x={width / 2} y={height / 2} textAnchor="middle">
          {t('dashboard.nothing_sold')}
        </text>
      )}
    </svg>
  )
}
