import { useBranchline } from '@branchline/client/react'
import { saveJournal } from '../connection/journal.ts'
import type { Unsent } from '../connection/unsent.ts'
import { unsentText } from '../connection/unsentText.ts'
import { t } from '../i18n/index.ts'
import '../i18n/queue.ts'
import { useShop } from '../shop/Shop.tsx'
import { Button } from '../ui/Button.tsx'
import { useToast } from '../ui/Toast.tsx'
import styles from './AccountDialog.module.css'

/** Before somebody leaves with something unsent: what becomes of it. Nothing is lost either way. */
export function SignOut({ unsent, onStay }: { unsent: Unsent; onStay: () => void }) {
  const { user } = useShop()
  const client = useBranchline()
  const show = useToast()
  const save = () =>
    saveJournal(client).catch((error: unknown) =>
      show({ tone: 'bad', text: t('queue.export_failed', { reason: (error as Error).message }) }),
    )

  return (
    <section className={styles.leaving} role="alert" data-testid="leaving">
      <p className={styles.unsent}>{unsentText(unsent)}</p>
      <p>{t('leaving.stays', { name: user.name })}</p>
      <p className={styles.carry}>{t('leaving.carry')}</p>
      <Button icon="down" size="lg" wide onClick={() => void save()}>
        {t('queue.export')}
      </Button>
      <Button size="lg" wide onClick={onStay} data-focus>
        {t('leaving.stay')}
      </Button>
      <Button size="lg" wide icon="signout" variant="danger" onClick={() => void client.signOut()}>
        {t('leaving.sign_out_yes')}
      </Button>
    </section>
  )
}
