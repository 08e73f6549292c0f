import { type ReactNode, useEffect, useRef } from 'react'
import { t } from '../i18n/index.ts'
import { IconButton } from './Button.tsx'
import styles from './Panel.module.css'

interface PanelProps {
  readonly title: string
  readonly aside?: ReactNode
  readonly footer?: ReactNode
  readonly onClose: () => void
  readonly children: ReactNode
}

/** Stands beside the page and leaves it alive: unlike a dialog, the list behind goes on. Escape closes it. */
export function Panel({ title, aside, footer, onClose, children }: PanelProps) {
  const ref = useRef<HTMLElement>(null)
  useEffect(() => {
    const before = document.activeElement
    ref.current?.focus()
    return () => {
      if (before instanceof HTMLElement) before.focus({ preventScroll: true })
    }
  }, [])

  return (
    <aside
      ref={ref}
      className={styles.panel}
      tabIndex={-1}
      aria-label={title}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) onClose()
      }}
    >
      <div className={styles.header}>
        <h2 className={styles.title}>{title}</h2>
        {aside}
        <IconButton icon="close" label={t('ui.close')} onClick={onClose} />
      </div>
      <div className={styles.body}>{children}</div>
      {footer && <div className={styles.footer}>{footer}</div>}
    </aside>
  )
}
