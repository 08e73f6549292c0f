import { useBranchline } from '@branchline/client/react'
import { useState } from 'react'
import { useUnsent } from '../connection/unsent.ts'
import { t, tOr } from '../i18n/index.ts'
import { AppNote } from '../life/AppNote.tsx'
import { StorageNote } from '../life/StorageNote.tsx'
import { SoundNote } from '../news/SoundNote.tsx'
import { useShop } from '../shop/Shop.tsx'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Segmented } from '../ui/Segmented.tsx'
import { setTheme, type Theme, useTheme } from '../ui/theme.ts'
import styles from './AccountDialog.module.css'
import { SignOut } from './SignOut.tsx'

const themes = [
  { value: 'system', icon: 'system', label: t('shell.theme_system') },
  { value: 'light', icon: 'sun', label: t('shell.theme_light') },
  { value: 'dark', icon: 'moon', label: t('shell.theme_dark') },
] as const satisfies readonly { value: Theme; icon: string; label: string }[]

/** Who is signed in, how it looks, what this device keeps, and the way out. */
export function AccountDialog({ onClose }: { onClose: () => void }) {
  const { user, branches } = useShop()
  const client = useBranchline()
  const theme = useTheme()
  const unsent = useUnsent()
  const hasUnsent = unsent.changes + unsent.refused > 0
  const [leaves, setLeaves] = useState(false)
  const leave = () => (hasUnsent ? setLeaves(true) : void client.signOut())

  if (leaves && hasUnsent) {
    return (
      <Dialog title={t('shell.sign_out')} onClose={() => setLeaves(false)}>
        <SignOut unsent={unsent} onStay={() => setLeaves(false)} />
      </Dialog>
    )
  }
  return (
    <Dialog title={user.name} onClose={onClose}>
      <dl className={styles.facts}>
        <dt>{t('access.email')}</dt>
        <dd>{user.email}</dd>
        <dt>{t('shell.role')}</dt>
        <dd>{tOr(`roles.${user.role}`, user.role)}</dd>
        <dt>{t('shell.branch')}</dt>
        <dd>{branches.map((branch) => branch.name).join(', ')}</dd>
      </dl>
      <h3 className={styles.heading}>{t('shell.theme')}</h3>
      <Segmented label={t('shell.theme')} options={themes} value={theme} onChange={setTheme} />
      <SoundNote />
      <StorageNote />
      <AppNote />
      <Button className={styles.out ?? ''} icon="signout" size="lg" wide onClick={leave}>
        {t('shell.sign_out')}
      </Button>
    </Dialog>
  )
}
