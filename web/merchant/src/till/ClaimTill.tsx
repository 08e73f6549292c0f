import type { Row } from '@branchline/client'
import { useBranchline } from '@branchline/client/react'
import { t } from '../i18n/index.ts'
import { StorageNote } from '../life/StorageNote.tsx'
import { useShop } from '../shop/Shop.tsx'
import { Button } from '../ui/Button.tsx'
import { Empty } from '../ui/Empty.tsx'
import { useToast } from '../ui/Toast.tsx'
import styles from './ClaimTill.module.css'
import { nextCode, type TillOfDevice } from './useTill.ts'

/** The first time on a device: which till is this? Its code stands in every receipt number. */
export function ClaimTill({ device }: { device: TillOfDevice }) {
  const { branch, user } = useShop()
  const client = useBranchline()
  const show = useToast()
  const mayAdd = user.role === 'manager' || user.role === 'admin'
  const free = device.tills.filter((till) => !till.device_id)
  const taken = device.tills.filter((till) => till.device_id)
  // A till keeps sales on its disk: the browser is asked to keep that when the device becomes one, in the click itself.
  const tried = (act: Promise<unknown>) => {
    void client.storage.persist()
    return act.catch((error: Error) => show({ tone: 'bad', text: error.message }))
  }
  const series = (till: Row) => `${branch.code}-${till.code}`

  return (
    <section className={styles.claim}>
      <h2 className={styles.title}>{t('till.claim')}</h2>
      <p className={styles.hint}>{t('till.claim_hint', { branch: branch.name })}</p>
      <ul className={styles.list}>
        {free.map((till) => (
          <li key={till.id}>
            <Button variant="primary" size="lg" wide onClick={() => void tried(device.claim(till))}>
              {t('till.use', { name: till.name, series: series(till) })}
            </Button>
          </li>
        ))}
        {mayAdd && (
          <li>
            <Button
              size="lg"
              wide
              icon="plus"
              variant={free.length === 0 ? 'primary' : 'plain'}
              onClick={() => void tried(device.create())}
            >
              {t('till.add', { series: `${branch.code}-${nextCode(device.tills)}` })}
            </Button>
          </li>
        )}
      </ul>
      <StorageNote />
      {free.length === 0 && !mayAdd && (
        <Empty icon="till" title={t('till.none_free')} text={t('till.none_free_hint')} />
      )}
      {taken.length > 0 && (
        <details className={styles.taken}>
          <summary>{t('till.taken')}</summary>
          <p className={styles.hint}>{t('till.take_over_hint')}</p>
          {taken.map((till) => (
            <Button key={till.id} wide onClick={() => void tried(device.claim(till))}>
              {t('till.take_over', { name: till.name, series: series(till) })}
            </Button>
          ))}
        </details>
      )}
    </section>
  )
}
