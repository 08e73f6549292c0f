import type { ButtonHTMLAttributes, Ref } from 'react'
import styles from './Button.module.css'
import { cx } from './cx.ts'
import { Icon, type IconName } from './Icon.tsx'
import { Kbd } from './Kbd.tsx'

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly variant?: 'primary' | 'plain' | 'quiet' | 'danger'
  readonly size?: 'md' | 'lg' | 'xl'
  readonly icon?: IconName
  readonly keys?: string
  readonly wide?: boolean
  readonly ref?: Ref<HTMLButtonElement>
}

export function Button({
  variant = 'plain',
  size = 'md',
  icon,
  keys,
  wide,
  children,
  className,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={cx(styles.button, styles[variant], styles[size], wide && styles.wide, className)}
    >
      {icon && <Icon name={icon} size={size === 'md' ? 18 : 20} />}
      {children != null && <span className={styles.label}>{children}</span>}
      {keys && <Kbd>{keys}</Kbd>}
    </button>
  )
}

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly icon: IconName
  readonly label: string
  readonly ref?: Ref<HTMLButtonElement>
}

/** A button whose word is read aloud and shown as a tip, but takes no room. */
export function IconButton({ icon, label, className, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={cx(styles.button, styles.quiet, styles.square, className)}
    >
      <Icon name={icon} />
    </button>
  )
}
