import type { ReactNode } from 'react'
import styles from './Badge.module.css'
import { cx } from './cx.ts'
import { Icon, type IconName } from './Icon.tsx'

export type Tone = 'neutral' | 'accent' | 'good' | 'warn' | 'bad'

/** A state: always a word, mostly an icon, and only then a colour. */
export function Badge({
  tone = 'neutral',
  icon,
  children,
}: {
  tone?: Tone
  icon?: IconName
  children: ReactNode
}) {
  return (
    <span className={cx(styles.badge, styles[tone])}>
      {icon && <Icon name={icon} size={14} />}
      {children}
    </span>
  )
}
