import type { Device } from '../device.ts'
import { seqOf } from '../protocol/cursor.ts'
import type { ComparedRange, CompareRange, CompareReply } from '../protocol/messages.ts'
import { readChunk } from '../replica/read-page.ts'
import { formatSum, nothing, plus } from '../replica/row-checksum.ts'
import type { StoredRow } from '../store/databases.ts'
import type { RowKey } from '../store/replica-store.ts'
import type { Node, Reply } from './node.ts'

/** The node's own limits. */
const mostRanges = 64
const mostRows = 500

/** What a comparison came to: from where the scope can be read on, and how many rows were put right. */
export interface Compared {
  readonly cursor: string
  readonly repaired: number
}

/**
 * Puts a scope's rows right with what differs from the node's, and nothing else: whole tables first, then parts of those
 * that differ, down to a few rows.
 */
export class Comparison {
  readonly #device: Device
  readonly #node: Node

  constructor(device: Device, node: Node) {
    this.#device = device
    this.#node = node
  }

  async run(scope: string, signal: AbortSignal): Promise<Reply<Compared>> {
    let open = this.#tables(scope).map((table) => this.#range(scope, { table, after: null, to: null }, false))
    let cursor: string | null = null
    let repaired = 0
    do {
      const reply = await this.#node.compare({ scope, ranges: open.slice(0, mostRanges) }, signal)
      if (reply.kind !== 'ok') return reply
      cursor ??= reply.value.cursor // What the node wrote since the first answer comes by the feed.
      repaired += await this.#take(reply.value)
      open = [...open.slice(mostRanges), ...reply.value.ranges.flatMap((range) => this.#divide(scope, range))]
    } while (open.length > 0)
    return { kind: 'ok', value: { cursor, repaired } }
  }

  #tables(scope: string): readonly string[] {
    const [kind] = scope.split(':')
    const tables = Object.entries(this.#device.replica.schema?.tables ?? {})
    return tables.filter(([, table]) => (table.scope?.kind ?? 'everyone') === kind).map(([name]) => name)
  }

  #range(scope: string, { table, after, to }: Bounds, withRows: boolean): CompareRange {
    const base = this.#device.replica.base
    const rows = base
      .rows(table)
      .filter(
        (row) => row.scope === scope && (after === null || row.id > after) && (to === null || row.id <= to),
      )
    const checksum = formatSum(rows.reduce((sum, row) => plus(sum, base.sumOf(row)), nothing))
    if (!withRows || rows.length > mostRows) return { table, after, to, checksum }
    const sums = rows.map((row) => [row.id, formatSum(base.sumOf(row))] as const)
    return { table, after, to, checksum, rows: Object.fromEntries(sums) }
  }

  /** The parts to ask for next. Where this device has rows that the node has not, it divides by its own. */
  #divide(scope: string, range: ComparedRange): readonly CompareRange[] {
    const isAnswered = range.part !== undefined || range.gone !== undefined
    if (range.same || isAnswered) return []
    const splits = range.splits ?? []
    const whole = this.#range(scope, range, splits.length === 0)
    if (splits.length === 0 && whole.rows !== undefined) return [whole]
    const bounds = [range.after, ...(splits.length > 0 ? splits : this.#ownSplits(scope, range)), range.to]
    return bounds
      .slice(1)
      .map((to, i) => this.#range(scope, { table: range.table, after: bounds[i] ?? null, to }, false))
  }

  #ownSplits(scope: string, range: ComparedRange): readonly string[] {
    const ids = this.#device.replica.base
      .rows(range.table)
      .filter((row) => row.scope === scope && (range.after === null || row.id > range.after))
      .map((row) => row.id)
      .filter((id) => range.to === null || id < range.to)
      .sort()
    const size = Math.ceil(ids.length / 16)
    return ids.filter((_, i) => i % size === size - 1)
  }

  /** Takes rows over that are not newer here than in the answer. */
  async #take({ scope, cursor, ranges }: CompareReply): Promise<number> {
    const { base } = this.#device.replica
    const parts = ranges.flatMap((range) => range.part ?? [])
    const read = readChunk(base, { scope, cursor, parts, next: null }, { device: this.#device.id, n: 0 })
    const puts = read.puts.map((row): StoredRow => {
      const mine = base.get(row.table, row.id)?.mine
      const { mine: _, ...rest } = row
      return mine === undefined ? rest : { ...rest, mine }
    })
    const removed = ranges.flatMap(({ table, gone }) =>
      (gone ?? []).flatMap((id): RowKey[] => {
        const row = base.get(table, id)
        return row?.scope === scope && row.seq <= seqOf(cursor) ? [[table, id]] : []
      }),
    )
    const before = this.#device.scopes.get(scope)
    if (puts.length + removed.length === 0 || before === undefined) return 0
    const isWritten = await this.#device.advance({ puts, removed }, { scope, before, after: before })
    return isWritten ? puts.length + removed.length : 0
  }
}

interface Bounds {
  readonly table: string
  readonly after: string | null
  readonly to: string | null
}
