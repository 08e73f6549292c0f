import { useBranchline } from '@branchline/client/react'
import { useState } from 'react'
import { saveJournal } from '../connection/journal.ts'
import { useUnsent } from '../connection/unsent.ts'
import { unsentText } from '../connection/unsentText.ts'
import { t } from '../i18n/index.ts'
import '../i18n/queue.ts'
import { useShop } from '../shop/Shop.tsx'
import { Button } from '../ui/Button.tsx'
import { useToast } from '../ui/Toast.tsx'
import styles from './AccountDialog.module.css'

/** The way out. With something unsent it says first what becomes of that; nothing is lost either way. */
export function SignOut() {
  const { user } = useShop()
  const client = useBranchline()
  const show = useToast()
  const unsent = useUnsent()
  const [asked, setAsked] = useState(false)
  const hasUnsent = unsent.changes + unsent.refused > 0
  const save = () =>
    saveJournal(client).catch((error: unknown) =>
      show({ tone: 'bad', text: t('queue.export_failed', { reason: (error as Error).message }) }),
    )

  if (!hasUnsent || !asked) {
    return (
      <Button
        icon="signout"
        size="lg"
        wide
        onClick={() => (hasUnsent ? setAsked(true) : void client.signOut())}
      >
        {t('shell.sign_out')}
      </Button>
    )
  }
  return (
    <section className={styles.leaving} role="alert" data-testid="leaving">
      <p className={styles.unsent}>{unsentText(unsent)}</p>
      <p>{t('leaving.stays', { name: user.name })}</p>
      <p>{t('leaving.carry')}</p>
      <Button icon="down" size="lg" wide onClick={() => void save()}>
        {t('queue.export')}
      </Button>
      <Button size="lg" wide icon="signout" variant="danger" onClick={() => void client.signOut()}>
        {t('leaving.sign_out_yes')}
      </Button>
      <Button size="lg" wide onClick={() => setAsked(false)}>
        {t('leaving.stay')}
      </Button>
    </section>
  )
}
