import { useBranchline } from '@branchline/client/react'
import { t } from '../i18n/index.ts'
import { IconButton } from '../ui/Button.tsx'
import { TextField } from '../ui/Field.tsx'
import { fieldLabel, rowLabel, tableLabel, typed } from './cases.ts'
import type { Write } from './model.ts'
import styles from './Sync.module.css'

interface WriteFieldsProps {
  readonly write: Write
  readonly place: number
  readonly texts: ReadonlyMap<string, string>
  /** The field that the refusal was about. */
  readonly wrong: string | undefined
  readonly onChange: (texts: ReadonlyMap<string, string>) => void
}

/** What was to be written to one row, to be put right field by field. */
export function WriteFields({ write, place, texts, wrong, onChange }: WriteFieldsProps) {
  const client = useBranchline()
  return (
    <section className={styles.part}>
      <h3>
        {tableLabel(client, write.table)}{' '}
        <span className={styles.soft}>{rowLabel(client, write.table, write.id)}</span>
      </h3>
      {write.kind === 'delete' && <p className={styles.soft}>{t('sync.tray_deletes')}</p>}
      {Object.entries(write.fields ?? {}).map(([name, value]) => {
        const key = `${place}.${name}`
        const text = texts.get(key)
        const field = fieldLabel(client, write.table, name)
        const without = () => {
          const next = new Map(texts)
          if (text === undefined) next.set(key, typed(value))
          else next.delete(key)
          onChange(next)
        }
        return (
          <div key={name} className={styles.edit}>
            <TextField
              label={field}
              error={name === wrong && text === typed(value) ? t('sync.tray_wrong') : undefined}
              value={text ?? ''}
              disabled={text === undefined}
              onChange={({ target }) => onChange(new Map(texts).set(key, target.value))}
            />
            <IconButton
              icon={text === undefined ? 'plus' : 'close'}
              label={t(text === undefined ? 'sync.tray_take_back' : 'sync.tray_leave_out', { field })}
              onClick={without}
            />
          </div>
        )
      })}
    </section>
  )
}
