import type { ReactNode } from 'react'
import { Icon, type IconName } from '../ui/Icon.tsx'
import styles from './Queue.module.css'

interface SectionProps {
  readonly name: string
  readonly icon: IconName
  readonly title: string
  readonly hint?: string
  readonly children?: ReactNode
}

export function Section({ name, icon, title, hint, children }: SectionProps) {
  return (
    <section className={styles.section} data-section={name}>
      <h3 className={styles.heading}>
        <Icon name={icon} size={18} />
        {title}
      </h3>
      {hint && <p className={styles.hint}>{hint}</p>}
      {children}
    </section>
  )
}
