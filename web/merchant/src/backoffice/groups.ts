import type { CompiledSchema } from '@branchline/client'
import { words } from '../format/words.ts'
import { may } from './access.ts'

export interface TableGroup {
  readonly feature: string
  readonly tables: readonly { readonly name: string; readonly label: string }[]
}

export function groupsOf(schema: CompiledSchema | null, role: string): readonly TableGroup[] {
  const groups = new Map<string, { name: string; label: string }[]>()
  for (const [name, table] of Object.entries(schema?.tables ?? {})) {
    if (!may(table, 'read', role)) continue
    const feature = table.feature ?? 'other'
    groups.set(feature, [...(groups.get(feature) ?? []), { name, label: table.label ?? words(name) }])
  }
  return [...groups].map(([feature, tables]) => ({ feature, tables }))
}
