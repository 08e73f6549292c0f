import { CheckError, type Row, type TableDeclaration } from '@branchline/client'
import { useBranchline, useMutate } from '@branchline/client/react'
import { useState } from 'react'
import { useUnsent } from '../connection/unsent.ts'
import { unsentText } from '../connection/unsentText.ts'
import { formatInstant } from '../format/time.ts'
import { words } from '../format/words.ts'
import { t } from '../i18n/index.ts'
import '../i18n/backoffice.ts'
import { useShop } from '../shop/Shop.tsx'
import { Button } from '../ui/Button.tsx'
import { useToast } from '../ui/Toast.tsx'
import { may } from './access.ts'
import { DeleteRow } from './DeleteRow.tsx'
import { currencyOf } from './display.ts'
import { FieldInput } from './FieldInput.tsx'
import { formFields, patchOf } from './form.ts'
import styles from './RowForm.module.css'
import { useRowForm } from './useRowForm.ts'

interface RowFormProps {
  readonly table: string
  readonly declaration: TableDeclaration
  readonly row: Row | undefined
  readonly branchId: string
  readonly onDone: () => void
}

/** Sends only what was changed here, so that two people can change two fields of one row. */
export function RowForm({ table, declaration, row, branchId, onDone }: RowFormProps) {
  const { user, branch, branches } = useShop()
  const client = useBranchline()
  const mutate = useMutate()
  const show = useToast()
  const currency = currencyOf(row, branches, branch)
  const fields = formFields(declaration, row)
  const { form, meanwhile } = useRowForm(declaration, row, currency, branchId)
  const [refusal, setRefusal] = useState<{ text: string; code: string } | null>(null)
  const unsent = useUnsent()
  const [isWarned, setWarned] = useState(false)
  const labelOf = (name: string) => declaration.fields[name]?.label ?? words(name)
  const editable = may(declaration, row ? 'update' : 'create', user.role)
  const { isDirty, isSubmitting } = form.formState

  const save = form.handleSubmit(async (texts) => {
    setRefusal(null)
    const patch = patchOf(fields, texts, row ? form.formState.dirtyFields : null, currency)
    if (patch.problems.length > 0) {
      for (const problem of patch.problems) form.setError(problem.field, { message: problem.message })
      return
    }
    if (table === 'cash_sessions' && patch.values.status === 'closed' && unsent.changes > 0 && !isWarned) {
      setWarned(true)
      return
    }
    try {
      await mutate([
        { table, id: row?.id ?? client.newId(), kind: row ? 'update' : 'insert', fields: patch.values },
      ])
      show({ tone: 'good', text: t('backoffice.saved') })
      onDone()
    } catch (error) {
      if (error instanceof CheckError && error.field && fields.some(({ name }) => name === error.field)) {
        form.setError(error.field, { message: [error.message, error.remedy].filter(Boolean).join('. ') })
      } else
        setRefusal({ text: (error as Error).message, code: error instanceof CheckError ? error.code : '' })
    }
  })

  return (
    <form className={styles.form} onSubmit={(event) => void save(event)} noValidate>
      {fields.map(({ name, field, kept }) => (
        <FieldInput
          key={name}
          name={name}
          field={field}
          control={form.control}
          disabled={!editable || kept}
          currency={currency}
        />
      ))}
      {refusal && (
        <p role="alert" className={styles.refusal}>
          {refusal.text} <small>{refusal.code}</small>
        </p>
      )}
      {isWarned && (
        <p role="alert" className={styles.refusal}>
          {unsentText(unsent)} {t('drawer.unsent_hint')}
        </p>
      )}
      {row?.updated_at && (
        <p className={styles.meta}>
          {t('backoffice.changed_at', { at: formatInstant(String(row.updated_at)) })}
        </p>
      )}
      {editable && (
        <div className={styles.actions}>
          {meanwhile.length > 0 && (
            <p role="status" className={styles.meanwhile} data-testid="meanwhile">
              {t('people.changed_meanwhile', { fields: meanwhile.map(labelOf).join(', ') })}
            </p>
          )}
          <Button
            type="submit"
            variant="primary"
            size="lg"
            disabled={isSubmitting || (row !== undefined && !isDirty)}
          >
            {t(isWarned ? 'drawer.close_anyway' : 'backoffice.save')}
          </Button>
          {row && isDirty && (
            <Button size="lg" variant="quiet" onClick={() => form.reset()}>
              {t('backoffice.discard')}
            </Button>
          )}
          {row && may(declaration, 'delete', user.role) && (
            <DeleteRow table={table} row={row} onDone={onDone} />
          )}
        </div>
      )}
    </form>
  )
}
