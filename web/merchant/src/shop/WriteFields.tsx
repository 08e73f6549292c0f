import { useBranchline } from '@branchline/client/react'
import { t } from '../i18n/index.ts'
import '../i18n/queue.ts'
import { IconButton } from '../ui/Button.tsx'
import { OneField } from './OneField.tsx'
import { useShop } from './Shop.tsx'
import styles from './WriteFields.module.css'
import { fieldLabel, rowLabel, tableLabel, typed, type Write } from './writes.ts'

interface WriteFieldsProps {
  readonly write: Write
  readonly place: number
  readonly texts: ReadonlyMap<string, string>
  /** The field that the refusal was about. */
  readonly wrong: string | undefined
  readonly isOpen: boolean
  readonly onChange: (texts: ReadonlyMap<string, string>) => void
}

/** What was to be written to one row, to be put right field by field. */
export function WriteFields({ write, place, texts, wrong, isOpen, onChange }: WriteFieldsProps) {
  const client = useBranchline()
  const { branch } = useShop()
  return (
    <details className={styles.part} open={isOpen}>
      <summary className={styles.title}>
        {tableLabel(client, write.table)}{' '}
        <span className={styles.soft}>{rowLabel(client, write.table, write.id)}</span>
      </summary>
      {write.kind === 'delete' && <p className={styles.soft}>{t('writes.deletes')}</p>}
      {Object.entries(write.fields ?? {}).map(([name, value]) => {
        const key = `${place}.${name}`
        const text = texts.get(key)
        const label = fieldLabel(client, write.table, name)
        const declared = client.schema?.tables[write.table]?.fields[name]
        const before = typed(value, { field: declared, currency: branch.currency })
        const without = () => {
          const next = new Map(texts)
          if (text === undefined) next.set(key, before)
          else next.delete(key)
          onChange(next)
        }
        return (
          <div key={name} className={styles.edit}>
            <OneField
              label={label}
              field={declared}
              value={text}
              error={name === wrong && text === before ? t('writes.wrong') : undefined}
              onChange={(next) => onChange(new Map(texts).set(key, next))}
            />
            <IconButton
              icon={text === undefined ? 'plus' : 'close'}
              label={t(text === undefined ? 'writes.take_back' : 'writes.leave_out', { field: label })}
              onClick={without}
            />
          </div>
        )
      })}
    </details>
  )
}
