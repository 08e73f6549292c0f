import type { ReceiptNumber, WriteDraft } from '../api.ts'
import type { RowWrite } from '../protocol/messages.ts'
import type { Value } from '../protocol/values.ts'

const digits = 6

/** Where the last number of each series is kept: inside the transaction that saves the mutation. */
export interface Counters {
  get(series: string): Promise<number | undefined>
  put(series: string, number: number): void
}

/** The writes with `{$receipt: SERIES}` replaced by the series' next number; one mutation, one number per series. */
export async function fillReceipts(
  drafts: readonly WriteDraft[],
  known: Readonly<Record<string, number>>,
  counters: Counters,
): Promise<readonly RowWrite[]> {
  const allotted = new Map<string, string>()
  for (const series of seriesOf(drafts)) {
    const number = Math.max((await counters.get(series)) ?? 0, known[series] ?? 0) + 1
    counters.put(series, number)
    allotted.set(series, `${series}-${String(number).padStart(digits, '0')}`)
  }
  return withReceipts(drafts, (series) => allotted.get(series) ?? series)
}

/** The writes with every `{$receipt}` replaced by what `name` makes of its series. */
export function withReceipts(
  drafts: readonly WriteDraft[],
  name: (series: string) => string,
): readonly RowWrite[] {
  return drafts.map(({ table, id, kind, fields }) => {
    const plain: Record<string, Value> = {}
    for (const [field, value] of Object.entries(fields ?? {})) {
      if (value !== undefined) plain[field] = isReceipt(value) ? name(value.$receipt) : value
    }
    return { table, id, kind, fields: plain }
  })
}

function seriesOf(drafts: readonly WriteDraft[]): ReadonlySet<string> {
  const values = drafts.flatMap((draft) => Object.values(draft.fields ?? {}))
  return new Set(values.flatMap((value) => (isReceipt(value) ? [value.$receipt] : [])))
}

function isReceipt(value: Value | ReceiptNumber | undefined): value is ReceiptNumber {
  return (
    typeof value === 'object' && value !== null && '$receipt' in value && typeof value.$receipt === 'string'
  )
}
