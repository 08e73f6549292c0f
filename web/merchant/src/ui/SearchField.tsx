import type { Ref } from 'react'
import { t } from '../i18n/index.ts'
import { Icon } from './Icon.tsx'
import styles from './SearchField.module.css'

interface SearchFieldProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly onEnter?: () => void
  /** The page's keys work while nothing is typed here. */
  readonly commands?: boolean
  readonly ref?: Ref<HTMLInputElement>
}

export function SearchField({ label, value, onChange, onEnter, commands, ref }: SearchFieldProps) {
  return (
    <div className={styles.search}>
      <Icon name="search" size={18} />
      <input
        ref={ref}
        type="search"
        aria-label={label}
        placeholder={label}
        value={value}
        autoComplete="off"
        spellCheck={false}
        {...(commands ? { 'data-commands': '' } : {})}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') onEnter?.()
          if (event.key === 'Escape' && value) {
            event.stopPropagation()
            onChange('')
          }
        }}
      />
      {value && (
        <button
          type="button"
          className={styles.clear}
          aria-label={t('ui.clear')}
          onClick={() => onChange('')}
        >
          <Icon name="close" size={16} />
        </button>
      )}
    </div>
  )
}
