import { Link } from '@tanstack/react-router'
import { t } from '../i18n/index.ts'
import { useShop } from '../shop/Shop.tsx'
import { Empty } from '../ui/Empty.tsx'

/** A fresh business, or a person who was given no branch yet. */
export function NoBranch() {
  const { user } = useShop()
  if (user.role !== 'admin')
    return <Empty icon="folder" title={t('shell.no_branch')} text={t('shell.no_branch_ask')} />
  return (
    <Empty icon="folder" title={t('shell.no_branch')} text={t('shell.no_branch_hint')}>
      <Link to="/back-office/$table" params={{ table: 'branches' }} search={{ row: 'new' }}>
        {t('shell.add_branch')}
      </Link>
    </Empty>
  )
}
