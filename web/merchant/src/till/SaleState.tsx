import { t } from '../i18n/index.ts'
import { Badge } from '../ui/Badge.tsx'

/** Derived from the outbox, never stored: as long as a write of the sale waits there, the sale is on this device only. */
export function SaleState({ pending }: { pending: boolean }) {
  return pending ? (
    <Badge tone="warn" icon="device">
      {t('till.on_device')}
    </Badge>
  ) : (
    <Badge tone="good" icon="check">
      {t('till.sent')}
    </Badge>
  )
}
