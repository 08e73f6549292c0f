import type { ReactNode } from 'react'
import { t } from '../i18n/index.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Queue } from './Queue.tsx'

/** The queue over whatever one is doing. */
export function QueueSheet({ signIn, onClose }: { signIn: ReactNode; onClose: () => void }) {
  return (
    <Dialog title={t('queue.title')} shape="sheet" onClose={onClose}>
      <Queue signIn={signIn} />
    </Dialog>
  )
}
