import type { Row, TableDeclaration } from '@branchline/client'
import { useBranchline } from '@branchline/client/react'
import { useEffect, useMemo, useRef, useState } from 'react'
import { type UseFormReturn, useForm } from 'react-hook-form'
import { dayOf } from '../format/time.ts'
import { toInput } from './input.ts'
import { changedMeanwhile } from './meanwhile.ts'

export type RowTexts = Record<string, string>

const nothing: readonly string[] = []

/**
 * A form over a live row: fields that nobody touched here follow the row, the others keep what is being typed. `meanwhile` are the fields that
 * somebody else changed since something was typed here.
 */
export function useRowForm(
  table: TableDeclaration,
  row: Row | undefined,
  currency: string,
  branchId: string,
): { readonly form: UseFormReturn<RowTexts>; readonly meanwhile: readonly string[] } {
  const client = useBranchline()
  const texts = useMemo(
    () => (row ? textsOf(table, row, currency) : startOf(table, currency, branchId, client.now())),
    [table, row, currency, branchId, client],
  )
  const form = useForm<RowTexts>({ defaultValues: texts })
  const { dirtyFields, isDirty } = form.formState
  const before = useRef(texts)
  const [meanwhile, setMeanwhile] = useState(nothing)
  const isOwn = row?.$pending === true
  // biome-ignore lint/correctness/useExhaustiveDependencies: only the row's news matter; what is typed must not run this
  useEffect(() => {
    const changed = changedMeanwhile(before.current, texts, isOwn)
    before.current = texts
    if (isDirty && changed.length > 0) setMeanwhile((known) => [...new Set([...known, ...changed])])
    for (const [name, text] of Object.entries(texts)) {
      if (!dirtyFields[name] && form.getValues(name) !== text) form.resetField(name, { defaultValue: text })
    }
  }, [texts])
  return { form, meanwhile: isDirty ? meanwhile : nothing }
}

function textsOf(table: TableDeclaration, row: Row, currency: string): RowTexts {
  return Object.fromEntries(
    Object.entries(table.fields).map(([name, field]) => [name, toInput(field, row[name], currency)]),
  )
}

/** A new row starts with the declared defaults, at the branch one works at. */
function startOf(table: TableDeclaration, currency: string, branchId: string, now: Date): RowTexts {
  return Object.fromEntries(
    Object.entries(table.fields).map(([name, field]) => {
      if (field.default === 'today') return [name, dayOf(now)]
      if (field.default === 'now') return [name, toInput(field, now.toISOString(), currency)]
      if (name === table.scope?.field && field.table === 'branches') return [name, branchId]
      return [name, toInput(field, field.default, currency)]
    }),
  )
}
