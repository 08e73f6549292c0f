import { t } from '../i18n/index.ts'
import { Badge } from '../ui/Badge.tsx'
import { Button } from '../ui/Button.tsx'
import { copy } from '../ui/copy.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { useToast } from '../ui/Toast.tsx'
import type { Link } from './model.ts'
import styles from './Sync.module.css'
import { joinCommand } from './standing.ts'

/** The only time the token is seen, with the command that uses it up. */
export function TokenDialog({ link, onClose }: { link: Link; onClose: () => void }) {
  const show = useToast()
  const command = joinCommand(link.token ?? '', window.location.origin)
  const take = async () => {
    if (await copy(command)) show({ tone: 'good', text: t('sync.copied') })
  }
  return (
    <Dialog
      title={t('sync.token_title', { name: link.name })}
      onClose={onClose}
      wide
      footer={
        <Button variant="primary" size="lg" data-focus="" onClick={() => void take()}>
          {t('sync.copy')}
        </Button>
      }
    >
      <p className={styles.words}>
        <Badge tone="warn" icon="key">
          {t('sync.token_once')}
        </Badge>
      </p>
      <p className={styles.words}>{t('sync.token_hint')}</p>
      <pre className={styles.command} data-testid="join-command">
        {command}
      </pre>
    </Dialog>
  )
}
