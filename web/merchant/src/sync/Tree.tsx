import { t, tOr } from '../i18n/index.ts'
import { Badge } from '../ui/Badge.tsx'
import type { SyncStatus, TreeNode } from './model.ts'
import styles from './Sync.module.css'

/** Masters at the top, this node, the branches below it and theirs. */
export function Tree({ status: { masters, topology } }: { status: SyncStatus }) {
  if (masters.length === 0 && topology.branches.length === 0) return null
  const own = <Node key="own" node={topology} label={`${t('sync.node')} (${topology.name})`} />
  return (
    <section className={styles.card} data-list="tree">
      <h2>{t('sync.tree')}</h2>
      <ul className={styles.tree}>
        {masters.length === 0 && own}
        {masters.map((master) => (
          <li key={master.name}>
            <span className={styles.leaf}>
              <strong>{master.name}</strong>
            </span>
            <ul>{own}</ul>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Node({ node, label = node.name }: { node: TreeNode; label?: string }) {
  return (
    <li>
      <span className={styles.leaf}>
        <strong>{label}</strong>
        <Contact node={node} />
        {node.cut && <span className={styles.soft}>{t(`sync.tree_cuts.${node.cut}`)}</span>}
      </span>
      {node.branches.length > 0 && (
        <ul>
          {node.branches.map((branch) => (
            <Node key={`${branch.name} ${branch.node}`} node={branch} />
          ))}
        </ul>
      )}
    </li>
  )
}

function Contact({ node }: { node: TreeNode }) {
  if (node.contact === 'live')
    return (
      <Badge tone="good" icon="live">
        {t('sync.device_live')}
      </Badge>
    )
  if (node.contact === 'late')
    return (
      <Badge tone="bad" icon="offline">
        {t('sync.states.late')}
      </Badge>
    )
  return <Badge>{tOr(`sync.states.${node.state}`, node.state)}</Badge>
}
