import type { ErrorComponentProps } from '@tanstack/react-router'
import { t } from '../i18n/index.ts'
import { Button } from '../ui/Button.tsx'
import { Empty } from '../ui/Empty.tsx'

/** A fault of the app itself. What was sold is in the outbox and does not depend on this page. */
export function Failure({ error }: ErrorComponentProps) {
  return (
    <Empty icon="alert" title={t('shell.failure')} text={t('shell.failure_hint')}>
      <Button variant="primary" size="lg" onClick={() => window.location.reload()}>
        {t('shell.reload')}
      </Button>
      <small>{error instanceof Error ? error.message : String(error)}</small>
    </Empty>
  )
}
