import type {
  ComparedRange,
  CompareReply,
  CompareRequest,
  MutationOutcome,
} from '../src/protocol/messages.ts'
import type { Fields } from '../src/protocol/values.ts'
import { formatSum, nothing, plus, rowChecksum } from '../src/replica/row-checksum.ts'
import { shopSchema } from './shop-schema.ts'

export interface LogEntry {
  readonly seq: number
  readonly scope: string
  readonly table: string
  readonly id: string
  readonly kind: 'set' | 'enter' | 'leave' | 'delete'
  readonly fields: Fields
  readonly at: string
  readonly device: string
  readonly n: number
}

export interface KnownDevice {
  n: number
  incarnation: string | null
  readonly outcomes: Map<number, MutationOutcome>
}

export interface Row {
  scope: string
  fields: Fields
}

/** Compares as a node does, dividing at every second row, so that there is something to divide. */
export function compare(
  rows: ReadonlyMap<string, Row>,
  request: CompareRequest,
  cursor: string,
): CompareReply {
  const ranges = request.ranges.map((range): ComparedRange => {
    const { table, after, to } = range
    const names = [...Object.keys(shopSchema.tables[table]?.fields ?? {}), 'created_at', 'updated_at'].sort()
    const mine = [...rows]
      .map(([key, row]) => ({ id: key.slice(table.length + 1), key, ...row }))
      .filter((row) => row.key.startsWith(`${table}/`) && row.scope === request.scope)
      .filter(({ id }) => (after === null || id > after) && (to === null || id <= to))
      .map((row) => ({ ...row, sum: rowChecksum(table, row.id, names, row.fields) }))
      .sort((a, b) => (a.id < b.id ? -1 : 1))
    const known = range.rows
    if (known !== undefined) {
      const other = mine.filter((row) => known[row.id] !== formatSum(row.sum))
      const gone = Object.keys(known).filter((id) => !mine.some((row) => row.id === id))
      const values = other.map((row) => [row.id, ...names.map((name) => row.fields[name] ?? null)])
      const part = { table, columns: ['id', ...names], rows: values }
      return { table, after, to, same: false, count: mine.length, part, gone }
    }
    const same = formatSum(mine.reduce((sum, row) => plus(sum, row.sum), nothing)) === range.checksum
    const splits = mine.length > 4 ? mine.filter((_, i) => i % 2 === 1).map((row) => row.id) : undefined
    return { table, after, to, same, count: mine.length, ...(splits && { splits }) }
  })
  return { scope: request.scope, cursor, ranges }
}

/** A row as a snapshot has it, in a part of its own. */
export function partOf(key: string, row: Row): object {
  const [table = '', id = ''] = key.split('/')
  const columns = ['id', ...Object.keys(row.fields)]
  return { table, columns, rows: [[id, ...Object.values(row.fields)]] }
}
