import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react'
import { t } from '../i18n/index.ts'
import { Button, IconButton } from './Button.tsx'
import { cx } from './cx.ts'
import { Icon } from './Icon.tsx'
import styles from './Toast.module.css'

export interface Toast {
  readonly tone: 'plain' | 'good' | 'bad'
  readonly text: string
  /** In small print, to quote. */
  readonly code?: string
  readonly action?: { readonly label: string; readonly run: () => void }
}

const icons = { plain: 'info', good: 'check', bad: 'alert' } as const
const shownFor = { plain: 5_000, good: 3_000, bad: 10_000 } as const
const ToastContext = createContext<(toast: Toast) => void>(() => {})

/** Says something once, at the edge, and takes neither the focus nor the room of anything else. */
export function useToast(): (toast: Toast) => void {
  return useContext(ToastContext)
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<readonly (Toast & { id: number })[]>([])
  const close = useCallback((id: number) => setShown((all) => all.filter((toast) => toast.id !== id)), [])
  const show = useCallback(
    (toast: Toast) => {
      const id = performance.now()
      setShown((all) => [...all.slice(-2), { ...toast, id }])
      setTimeout(() => close(id), shownFor[toast.tone])
    },
    [close],
  )
  const list = useMemo(
    () => shown.map((toast) => <ToastCard key={toast.id} toast={toast} onClose={() => close(toast.id)} />),
    [shown, close],
  )

  return (
    <ToastContext value={show}>
      {children}
      <div className={styles.stack} role="status" aria-live="polite">
        {list}
      </div>
    </ToastContext>
  )
}

function ToastCard({ toast, onClose }: { toast: Toast; onClose: () => void }) {
  return (
    <div className={cx(styles.toast, styles[toast.tone])}>
      <Icon name={icons[toast.tone]} />
      <p className={styles.text}>
        {toast.text}
        {toast.code && <small className={styles.code}>{toast.code}</small>}
      </p>
      {toast.action && (
        <Button
          variant="quiet"
          onClick={() => {
            toast.action?.run()
            onClose()
          }}
        >
          {toast.action.label}
        </Button>
      )}
      <IconButton icon="close" label={t('ui.close')} onClick={onClose} />
    </div>
  )
}
