import {
  type InputHTMLAttributes,
  type ReactNode,
  type Ref,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from 'react'
import { cx } from './cx.ts'
import styles from './Field.module.css'

interface FieldFrame {
  readonly label: string
  readonly error?: string | undefined
  readonly hint?: string | undefined
  readonly required?: boolean
}

interface FrameProps extends FieldFrame {
  readonly id: string
  readonly children: ReactNode
}

/** Label above, error below: the error takes the hint's place, so nothing jumps. */
export function FieldFrame({ id, label, error, hint, required, children }: FrameProps) {
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        {label}
        {required && (
          <span aria-hidden="true" className={styles.required}>
            *
          </span>
        )}
      </label>
      {children}
      <p
        id={`${id}-note`}
        role={error ? 'alert' : undefined}
        className={cx(styles.note, error && styles.error)}
      >
        {error ?? hint}
      </p>
    </div>
  )
}

type InputProps = FieldFrame &
  InputHTMLAttributes<HTMLInputElement> & { ref?: Ref<HTMLInputElement>; figure?: boolean }

export function TextField({ label, error, hint, figure, className, ...rest }: InputProps) {
  const made = useId()
  const id = rest.id ?? made
  return (
    <FieldFrame id={id} label={label} error={error} hint={hint} required={rest.required ?? false}>
      <input
        autoComplete="off"
        {...rest}
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={`${id}-note`}
        className={cx(styles.input, figure && 'figure', className)}
      />
    </FieldFrame>
  )
}

type AreaProps = FieldFrame &
  TextareaHTMLAttributes<HTMLTextAreaElement> & { ref?: Ref<HTMLTextAreaElement>; code?: boolean }

export function TextArea({ label, error, hint, code, ...rest }: AreaProps) {
  const id = useId()
  return (
    <FieldFrame id={id} label={label} error={error} hint={hint} required={rest.required ?? false}>
      <textarea
        rows={3}
        {...rest}
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={`${id}-note`}
        className={cx(styles.input, styles.area, code && styles.code)}
      />
    </FieldFrame>
  )
}

type SelectProps = FieldFrame & SelectHTMLAttributes<HTMLSelectElement> & { ref?: Ref<HTMLSelectElement> }

export function SelectField({ label, error, hint, children, ...rest }: SelectProps) {
  const id = useId()
  return (
    <FieldFrame id={id} label={label} error={error} hint={hint} required={rest.required ?? false}>
      <select
        {...rest}
        id={id}
        aria-invalid={error ? true : undefined}
        aria-describedby={`${id}-note`}
        className={cx(styles.input, styles.select)}
      >
        {children}
      </select>
    </FieldFrame>
  )
}
