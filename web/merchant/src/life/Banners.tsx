import { useStorage } from '@branchline/client/react'
import { useState } from 'react'
import { t } from '../i18n/index.ts'
import { hasCart } from '../shop/carts.ts'
import { Banner } from '../ui/Banner.tsx'
import { Button } from '../ui/Button.tsx'
import { updates, useUpdate } from './update.ts'

const seenKey = 'branchline.insecure.seen'

/** What holds for the whole app at this moment and somebody should know. */
export function Banners() {
  return (
    <>
      <Disk />
      <Insecure />
      <Update />
    </>
  )
}

function Disk() {
  const { isFull, isOutdated } = useStorage()
  const reload = <Button onClick={() => window.location.reload()}>{t('app.reload')}</Button>
  return (
    <>
      {isOutdated && (
        <Banner tone="bad" icon="alert" name="outdated" title={t('app.outdated')} action={reload}>
          {t('app.outdated_hint')}
        </Banner>
      )}
      {isFull && (
        <Banner tone="bad" icon="alert" name="full" title={t('app.full')} action={reload}>
          {t('app.full_hint')}
        </Banner>
      )}
    </>
  )
}

/** Plain HTTP from another machine: no worker, no lock, no promise of the browser. Said until somebody has read it, each time anew. */
function Insecure() {
  const [isSeen, setSeen] = useState(() => sessionStorage.getItem(seenKey) === '1')
  if (window.isSecureContext || isSeen) return null
  const see = () => {
    sessionStorage.setItem(seenKey, '1')
    setSeen(true)
  }
  return (
    <Banner
      tone="warn"
      icon="alert"
      name="insecure"
      title={t('app.insecure')}
      action={<Button onClick={see}>{t('app.insecure_seen')}</Button>}
    >
      {t('app.insecure_hint')} {t('app.insecure_do')}
    </Banner>
  )
}

function Update() {
  const state = useUpdate()
  if (state === 'current') return null
  if (state === 'taking')
    return <Banner tone="accent" icon="sync" name="update" title={t('app.update_taking')} />
  if (state === 'wanted')
    return <Banner tone="accent" icon="sync" name="update" title={t('app.update_wanted')} />
  return (
    <Banner
      tone="accent"
      icon="sync"
      name="update"
      title={t(hasCart() ? 'app.update_ready_sale' : 'app.update_ready')}
      action={
        <Button onClick={() => updates.want()}>
          {t(hasCart() ? 'app.update_after' : 'app.update_take')}
        </Button>
      }
    />
  )
}
