import { useBranchline, useOutbox } from '@branchline/client/react'
import { useState } from 'react'
import { t, tOr } from '../i18n/index.ts'
import { useShop } from '../shop/Shop.tsx'
import { Button, IconButton } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Segmented } from '../ui/Segmented.tsx'
import { setTheme, type Theme, useTheme } from '../ui/theme.ts'
import styles from './Account.module.css'

const themes = [
  { value: 'system', icon: 'system', label: t('shell.theme_system') },
  { value: 'light', icon: 'sun', label: t('shell.theme_light') },
  { value: 'dark', icon: 'moon', label: t('shell.theme_dark') },
] as const satisfies readonly { value: Theme; icon: string; label: string }[]

/** Who is signed in, how it looks, and the way out. */
export function Account() {
  const { user, branches } = useShop()
  const client = useBranchline()
  const { waiting } = useOutbox()
  const theme = useTheme()
  const [open, setOpen] = useState(false)

  return (
    <>
      <IconButton
        icon="person"
        label={t('shell.account', { name: user.name })}
        onClick={() => setOpen(true)}
      />
      {open && (
        <Dialog title={user.name} onClose={() => setOpen(false)}>
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
          <p className={styles.note}>{waiting > 0 ? t('shell.sign_out_waiting', { count: waiting }) : ''}</p>
          <Button icon="signout" size="lg" wide onClick={() => void client.signOut()}>
            {t('shell.sign_out')}
          </Button>
        </Dialog>
      )}
    </>
  )
}
