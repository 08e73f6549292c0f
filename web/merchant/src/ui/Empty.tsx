import type { ReactNode } from 'react'
import styles from './Empty.module.css'
import { Icon, type IconName } from './Icon.tsx'

interface EmptyProps {
  readonly icon: IconName
  readonly title: string
  /** What to do next. */
  readonly text: string
  readonly children?: ReactNode
}

export function Empty({ icon, title, text, children }: EmptyProps) {
  return (
    <div className={styles.empty}>
      <Icon name={icon} size={28} />
      <h2 className={styles.title}>{title}</h2>
      <p className={styles.text}>{text}</p>
      {children}
    </div>
  )
}

/** Stands where rows will stand, with their height, so that nothing jumps when they come. */
export function Skeleton({ rows = 6, height = 44 }: { rows?: number; height?: number }) {
  return (
    <div aria-hidden="true" className={styles.skeleton}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the bars are all alike
        <div key={row} className={styles.bar} style={{ height }} />
      ))}
    </div>
  )
}
