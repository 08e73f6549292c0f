import type { ReactNode } from 'react'
import styles from './Banner.module.css'
import { cx } from './cx.ts'
import { Icon, type IconName } from './Icon.tsx'

interface BannerProps {
  readonly tone: 'accent' | 'warn' | 'bad'
  readonly icon: IconName
  readonly title: string
  readonly name: string
  readonly children?: ReactNode
  readonly action?: ReactNode
}

/** Says above the page what holds for all pages, for as long as it does. */
export function Banner({ tone, icon, title, name, children, action }: BannerProps) {
  return (
    <div className={cx(styles.banner, styles[tone])} role="status" data-banner={name}>
      <Icon name={icon} size={18} />
      <p className={styles.text}>
        <strong>{title}</strong> {children}
      </p>
      {action}
    </div>
  )
}
