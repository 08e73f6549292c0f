import { useChanged } from '../ui/useChanged.ts'
import styles from './Dashboard.module.css'

export function Figure({ label, value, name }: { label: string; value: string; name: string }) {
  const lit = useChanged<HTMLElement>(value)
  return (
    <div className={styles.figure}>
      <dt>{label}</dt>
      <dd ref={lit} data-figure={name}>
        {value}
      </dd>
    </div>
  )
}
