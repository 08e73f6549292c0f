import { type ReactNode, useEffect, useRef } from 'react'
import { t } from '../i18n/index.ts'
import { IconButton } from './Button.tsx'
import { cx } from './cx.ts'
import styles from './Dialog.module.css'
import { useScrollFocus } from './useScrollFocus.ts'

interface DialogProps {
  readonly title: string
  readonly onClose: () => void
  readonly children: ReactNode
  readonly footer?: ReactNode
  /** `sheet` stands at the right edge, full height; on a phone both fill the screen. */
  readonly shape?: 'dialog' | 'sheet'
  readonly wide?: boolean
  readonly aside?: ReactNode
}

/**
 * The browser's own modal dialog: it keeps the focus inside, closes on Escape and gives the focus back.
 * The focus starts at what is marked `data-focus`, else at the dialog itself.
 */
export function Dialog({
  title,
  onClose,
  children,
  footer,
  aside,
  shape = 'dialog',
  wide = false,
}: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null)
  const body = useRef<HTMLDivElement>(null)
  const bodyTabIndex = useScrollFocus(body)
  useEffect(() => {
    const dialog = ref.current
    if (dialog && !dialog.open) {
      dialog.showModal()
      const wanted = dialog.querySelector<HTMLElement>('[data-focus]') ?? dialog
      wanted.focus()
    }
    return () => dialog?.close()
  }, [])

  return (
    <dialog
      ref={ref}
      tabIndex={-1}
      aria-label={title}
      className={cx(styles.dialog, styles[shape], wide && styles.wide)}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onMouseDown={(event) => {
        if (event.target === ref.current) onClose()
      }}
    >
      <div className={styles.frame}>
        <div className={styles.header}>
          <h2 className={styles.title}>{title}</h2>
          {aside}
          <IconButton icon="close" label={t('ui.close')} onClick={onClose} />
        </div>
        <div ref={body} className={styles.body} tabIndex={bodyTabIndex}>
          {children}
        </div>
        {footer && <div className={styles.footer}>{footer}</div>}
      </div>
    </dialog>
  )
}
