import { t } from '../i18n/index.ts'
import { Dialog } from '../ui/Dialog.tsx'
import { Kbd } from '../ui/Kbd.tsx'
import styles from './KeysDialog.module.css'
import { keyList, paidKeyList, payKeyList } from './tillKeys.ts'

const groups = [
  ['keys.selling', keyList],
  ['keys.paying', payKeyList],
  ['keys.paid', paidKeyList],
] as const

export function KeysDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={t('till.keys')} wide onClose={onClose}>
      <div className={styles.groups}>
        {groups.map(([title, keys]) => (
          <section key={title}>
            <h3 className={styles.title}>{t(title)}</h3>
            <dl className={styles.keys}>
              {keys.map(([key, action]) => (
                <div key={action} className={styles.key}>
                  <dt>
                    <Kbd>{key}</Kbd>
                  </dt>
                  <dd>{t(action)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <p className={styles.hint}>{t('keys.scanner')}</p>
    </Dialog>
  )
}
