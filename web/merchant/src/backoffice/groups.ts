import type { CompiledSchema } from '@branchline/client'
import { words } from '../format/words.ts'
import { may } from './access.ts'

export interface TableGroup {
  readonly feature: string
  readonly tables: readonly { readonly name: string; readonly label: string }[]
}

/** As a shop uses them; features of another business follow. */
const order = ['catalog', 'stock', 'sales', 'clients', 'office']

export function groupsOf(schema: CompiledSchema | null, role: string): readonly TableGroup[] {
  const groups = new Map<string, { name: string; label: string }[]>()
  for (const [name, table] of Object.entries(schema?.tables ?? {})) {
    if (!may(table, 'read', role)) continue
    const feature = table.feature ?? 'other'
    groups.set(feature, [...(groups.get(feature) ?? []), { name, label: table.label ?? words(name) }])
  }
  const place = (feature: string) => (order.includes(feature) ? order.indexOf(feature) : order.length)
  return [...groups].sort(([a], [b]) => place(a) - place(b)).map(([feature, tables]) => ({ feature, tables }))
}
