import { t } from '../i18n/index.ts'
import { Button } from '../ui/Button.tsx'
import { copy } from '../ui/copy.ts'
import { useToast } from '../ui/Toast.tsx'
import styles from './Realtime.module.css'

/** Something to copy whole. Lines too long for the screen go on below, and are copied as one. */
export function Code({ text, label }: { text: string; label: string }) {
  const show = useToast()
  const take = async () => {
    if (await copy(text)) show({ tone: 'good', text: t('realtime.copied') })
  }
  return (
    <div className={styles.block}>
      <section className={styles.source} aria-label={label}>
        <pre>{text}</pre>
      </section>
      <Button onClick={() => void take()}>{t('realtime.copy')}</Button>
    </div>
  )
}
