import { t } from '../i18n/index.ts'
import { useShop } from '../shop/Shop.tsx'
import { Skeleton } from '../ui/Empty.tsx'
import { ClaimTill } from './ClaimTill.tsx'
import { Counter } from './Counter.tsx'
import { useTill } from './useTill.ts'

/** The till of this device: first it takes a till of the branch, then it sells. */
export function Till() {
  const { branch } = useShop()
  const device = useTill(branch)
  if (device.till) return <Counter key={device.till.id} till={device.till} series={device.series} />
  if (device.loading || !branch.code)
    return (
      <div role="status" aria-label={t('ui.loading')} style={{ padding: 16 }}>
        <Skeleton rows={8} height={88} />
      </div>
    )
  return <ClaimTill device={device} />
}
