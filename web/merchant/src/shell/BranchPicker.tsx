import { t } from '../i18n/index.ts'
import { useShop } from '../shop/Shop.tsx'
import styles from './BranchPicker.module.css'

/** Where one works. A plain name when there is no choice. */
export function BranchPicker() {
  const { branch, branches, chooseBranch } = useShop()
  if (branches.length < 2) return <span className={styles.name}>{branch.name}</span>
  return (
    <select
      className={styles.picker}
      aria-label={t('shell.branch')}
      value={branch.id}
      onChange={(event) => chooseBranch(event.target.value)}
    >
      {branches.map((item) => (
        <option key={item.id} value={item.id}>
          {item.name}
        </option>
      ))}
    </select>
  )
}
