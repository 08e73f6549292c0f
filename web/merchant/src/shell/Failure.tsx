import type { ErrorComponentProps } from '@tanstack/react-router'
import { useState } from 'react'
import { t } from '../i18n/index.ts'
import { goBack } from '../life/worker.ts'
import { Button } from '../ui/Button.tsx'
import { Empty } from '../ui/Empty.tsx'

/** A fault of the app itself. What was sold is in the outbox and does not depend on this page. */
export function Failure({ error }: ErrorComponentProps) {
  const [isLast, setLast] = useState(false)
  const back = async () => setLast(!(await goBack()))
  return (
    <Empty icon="alert" title={t('shell.failure')} text={t('shell.failure_hint')}>
      <Button variant="primary" size="lg" onClick={() => window.location.reload()}>
        {t('shell.reload')}
      </Button>
      <Button variant="quiet" disabled={isLast} onClick={() => void back()}>
        {t(isLast ? 'app.version_back_none' : 'app.version_back')}
      </Button>
      <small>{error instanceof Error ? error.message : String(error)}</small>
    </Empty>
  )
}
