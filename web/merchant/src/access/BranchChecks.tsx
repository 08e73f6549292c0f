import type { UseFormRegister } from 'react-hook-form'
import { t } from '../i18n/index.ts'
import { useShop } from '../shop/Shop.tsx'
import type { PersonDraft } from './person.ts'
import styles from './Users.module.css'

interface BranchChecksProps {
  readonly register: UseFormRegister<PersonDraft>
  readonly isAdmin: () => boolean
  readonly error: string | undefined
}

/** Which branches a person works at. An administrator needs none named. */
export function BranchChecks({ register, isAdmin, error }: BranchChecksProps) {
  const { branches } = useShop()
  const validate = (chosen: string[]) => isAdmin() || chosen.length > 0 || t('access.branches_missing')
  return (
    <fieldset className={styles.branches}>
      <legend>{t('access.branches')}</legend>
      {branches.map((branch) => (
        <label key={branch.id} className={styles.check}>
          <input type="checkbox" value={branch.id} {...register('branches', { validate })} />
          {branch.name}
        </label>
      ))}
      <p className={styles.error} role="alert">
        {error}
      </p>
    </fieldset>
  )
}
