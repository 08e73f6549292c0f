import type { MergedMutation } from '@branchline/client'
import { useBranchline } from '@branchline/client/react'
import { formatInstant } from '../format/time.ts'
import { t } from '../i18n/index.ts'
import { mergedLines } from './merged.ts'
import styles from './Queue.module.css'
import { Section } from './Section.tsx'

/** Changes from here that met newer ones from elsewhere: nothing is to be done, but it should be known. */
export function MergedList({ merged }: { merged: readonly MergedMutation[] }) {
  const client = useBranchline()
  return (
    <Section name="merged" icon="info" title={t('queue.merged')} hint={t('queue.merged_hint')}>
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
    </Section>
  )
}
