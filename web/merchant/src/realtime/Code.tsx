import { t } from '../i18n/index.ts'
import { Button } from '../ui/Button.tsx'
import { useToast } from '../ui/Toast.tsx'
import { copy } from './copy.ts'
import styles from './Realtime.module.css'

/** Something to copy whole. It scrolls in itself, by the keyboard too. */
export function Code({ text, label }: { text: string; label: string }) {
  const show = useToast()
  const take = async () => {
    if (await copy(text)) show({ tone: 'good', text: t('realtime.copied') })
  }
  return (
    <div className={styles.block}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <section className={styles.source} aria-label={label} tabIndex={0}>
        <pre>{text}</pre>
      </section>
      <Button onClick={() => void take()}>{t('realtime.copy')}</Button>
    </div>
  )
}
