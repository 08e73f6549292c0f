import type { MergedMutation } from '@branchline/client'
import { useBranchline } from '@branchline/client/react'
import { formatInstant } from '../format/time.ts'
import { t } from '../i18n/index.ts'
import { Icon } from '../ui/Icon.tsx'
import { mergedLines } from './describe.ts'
import styles from './QueueSheet.module.css'

/** Changes from here that met newer ones from elsewhere: nothing is to be done, but it should be known. */
export function MergedList({ merged }: { merged: readonly MergedMutation[] }) {
  const client = useBranchline()
  return (
    <section className={styles.section}>
      <h3 className={styles.heading}>
        <Icon name="info" size={18} />
        {t('queue.merged')}
      </h3>
      <p className={styles.hint}>{t('queue.merged_hint')}</p>
      <ul className={styles.list}>
        {merged.toReversed().map((item) => (
          <li key={item.id} className={styles.entry}>
            <span className={styles.what}>
              {mergedLines(item, client)
                .map(({ row, fields }) => `${row}: ${fields}`)
                .join('; ')}
            </span>
            <time className={styles.when}>{formatInstant(item.mergedAt)}</time>
          </li>
        ))}
      </ul>
    </section>
  )
}
