import type { Row, TableDeclaration } from '@branchline/client'
import { useEffect, useMemo } from 'react'
import { type UseFormReturn, useForm } from 'react-hook-form'
import { dayOf } from '../format/time.ts'
import { toInput } from './input.ts'

export type RowTexts = Record<string, string>

/** A form over a live row: fields that nobody touched here follow the row, the others keep what is being typed. */
export function useRowForm(
  table: TableDeclaration,
  row: Row | undefined,
  currency: string,
  branchId: string,
): UseFormReturn<RowTexts> {
  const texts = useMemo(
    () => (row ? textsOf(table, row, currency) : startOf(table, currency, branchId)),
    [table, row, currency, branchId],
  )
  const form = useForm<RowTexts>({ defaultValues: texts })
  const { dirtyFields } = form.formState
  // biome-ignore lint/correctness/useExhaustiveDependencies: only the row's news matter; what is typed must not run this
  useEffect(() => {
    for (const [name, text] of Object.entries(texts)) {
      if (!dirtyFields[name] && form.getValues(name) !== text) form.resetField(name, { defaultValue: text })
    }
  }, [texts])
  return form
}

function textsOf(table: TableDeclaration, row: Row, currency: string): RowTexts {
  return Object.fromEntries(
    Object.entries(table.fields).map(([name, field]) => [name, toInput(field, row[name], currency)]),
  )
}

/** A new row starts with the declared defaults, at the branch one works at. */
function startOf(table: TableDeclaration, currency: string, branchId: string): RowTexts {
  return Object.fromEntries(
    Object.entries(table.fields).map(([name, field]) => {
      if (field.default === 'today') return [name, dayOf(new Date())]
      if (field.default === 'now') return [name, toInput(field, new Date().toISOString(), currency)]
      if (name === table.scope?.field && field.table === 'branches') return [name, branchId]
      return [name, toInput(field, field.default, currency)]
    }),
  )
}
