import { Link } from '@tanstack/react-router'
import { t } from '../i18n/index.ts'
import { Empty } from '../ui/Empty.tsx'

export function Lost() {
  return (
    <Empty icon="search" title={t('shell.lost')} text={t('shell.lost_hint')}>
      <Link to="/">{t('shell.lost_home')}</Link>
    </Empty>
  )
}
