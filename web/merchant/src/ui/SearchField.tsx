import { type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { t } from '../i18n/index.ts'
import { Icon } from './Icon.tsx'
import styles from './SearchField.module.css'

/** In milliseconds: a scanner's next key comes sooner, and none of its keys but the last says what is meant. */
const scannerGap = 8

interface SearchFieldProps {
  readonly label: string
  /** What is looked for. The field is a moment ahead of it while somebody types. */
  readonly value: string
  readonly onChange: (value: string) => void
  /** `value` is what stands in the field when this is called. */
  readonly onEnter?: (value: string) => void
  /** The page's keys work while nothing is typed here. */
  readonly commands?: boolean
  readonly ref?: Ref<HTMLInputElement | null>
}

/** Draws nothing while keys come as fast as a scanner's: a search for each of them would hold up what the code stands for. */
export function SearchField({ label, value, onChange, onEnter, commands, ref }: SearchFieldProps) {
  const input = useRef<HTMLInputElement>(null)
  useImperativeHandle<HTMLInputElement | null, HTMLInputElement | null>(ref, () => input.current)
  const [isFilled, setFilled] = useState(value !== '')
  const told = useRef(value)
  const telling = useRef<ReturnType<typeof setTimeout>>(undefined)

  const tell = (text: string) => {
    clearTimeout(telling.current)
    told.current = text
    if (text !== value) onChange(text)
  }
  const clear = () => {
    if (input.current) input.current.value = ''
    setFilled(false)
    tell('')
  }
  useEffect(() => {
    if (told.current === value || !input.current) return
    clearTimeout(telling.current)
    told.current = value
    input.current.value = value
    setFilled(value !== '')
  }, [value])
  useEffect(() => () => clearTimeout(telling.current), [])

  return (
    <div className={styles.search}>
      <Icon name="search" size={18} />
      <input
        ref={input}
        type="search"
        aria-label={label}
        placeholder={label}
        defaultValue={value}
        autoComplete="off"
        spellCheck={false}
        {...(commands ? { 'data-commands': '' } : {})}
        onChange={({ target: { value: text } }) => {
          setFilled(text !== '')
          clearTimeout(telling.current)
          telling.current = setTimeout(() => tell(text), scannerGap)
        }}
        onKeyDown={(event) => {
          const text = event.currentTarget.value
          if (event.key === 'Enter') {
            flushSync(() => tell(text))
            onEnter?.(text)
          }
          if (event.key === 'Escape' && text !== '') {
            event.stopPropagation()
            clear()
          }
        }}
      />
      {isFilled && (
        <button type="button" className={styles.clear} aria-label={t('ui.clear')} onClick={clear}>
          <Icon name="close" size={16} />
        </button>
      )}
    </div>
  )
}
