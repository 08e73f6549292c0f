import { Suspense, useState } from 'react'
import { t } from '../i18n/index.ts'
import { useShop } from '../shop/Shop.tsx'
import { IconButton } from '../ui/Button.tsx'
import { later } from '../ui/later.ts'

const AccountDialog = later(() => import('./AccountDialog.tsx').then((module) => module.AccountDialog))

export function Account() {
  const { user } = useShop()
  const [open, setOpen] = useState(false)
  return (
    <>
      <IconButton
        icon="person"
        label={t('shell.account', { name: user.name })}
        onClick={() => setOpen(true)}
      />
      {open && (
        <Suspense>
          <AccountDialog onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}
