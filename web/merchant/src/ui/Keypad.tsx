import { t } from '../i18n/index.ts'
import { Icon } from './Icon.tsx'
import styles from './Keypad.module.css'

const keys = ['7', '8', '9', '4', '5', '6', '1', '2', '3'] as const

interface KeypadProps {
  /** What stands in the corner: a decimal point, 00 or the sign. */
  readonly corner: string
  readonly onKey: (key: string) => void
  readonly onErase: () => void
}

export function Keypad({ corner, onKey, onErase }: KeypadProps) {
  return (
    <div className={styles.keypad}>
      {[...keys, corner, '0'].map((key) => (
        <button key={key} type="button" tabIndex={-1} className={styles.key} onClick={() => onKey(key)}>
          {key}
        </button>
      ))}
      <button type="button" tabIndex={-1} className={styles.key} aria-label={t('ui.erase')} onClick={onErase}>
        <Icon name="backspace" />
      </button>
    </div>
  )
}
