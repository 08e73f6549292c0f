import type {
  Change,
  ComparedRange,
  CompareReply,
  LastWord,
  Mutation,
  MutationOutcome,
  NodeFrame,
  Page,
  PullReply,
  PushReply,
  Refusal,
  RefusedMutation,
  ResetReason,
  Restamping,
  RowWrite,
  SnapshotChunk,
  SnapshotPart,
  Standing,
} from './messages.ts'
import type { CompiledSchema } from './schema.ts'
import type { Fields, JsonValue } from './values.ts'

/** The peer sent something that is not of the protocol. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
}

type Json = Readonly<Record<string, unknown>>

export function asObject(value: unknown): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json
  throw new ProtocolError('Expected an object')
}

function text(from: Json, key: string): string {
  const value = from[key]
  if (typeof value === 'string') return value
  throw new ProtocolError(`Expected text in ${key}`)
}

function optionalText(from: Json, key: string): string | undefined {
  return from[key] === undefined || from[key] === null ? undefined : text(from, key)
}

function whole(from: Json, key: string): number {
  const value = from[key]
  if (Number.isSafeInteger(value)) return value as number
  throw new ProtocolError(`Expected a whole number in ${key}`)
}

function list<T>(from: Json, key: string, parse: (item: unknown) => T): readonly T[] {
  const value = from[key]
  if (Array.isArray(value)) return value.map(parse)
  throw new ProtocolError(`Expected a list in ${key}`)
}

function textItem(item: unknown): string {
  if (typeof item === 'string') return item
  throw new ProtocolError('Expected text')
}

/** What came out of `JSON.parse` is JSON. */
function fields(from: Json, key: string): Fields {
  const value = from[key]
  return value === undefined || value === null ? {} : (asObject(value) as Fields)
}

function parseChange(item: unknown): Change {
  const from = asObject(item)
  const kind = text(from, 'kind')
  if (kind !== 'set' && kind !== 'enter' && kind !== 'leave' && kind !== 'delete') {
    throw new ProtocolError(`Unknown change ${kind}`)
  }
  return {
    seq: whole(from, 'seq'),
    table: text(from, 'table'),
    id: text(from, 'id'),
    kind,
    fields: fields(from, 'fields'),
    at: text(from, 'at'),
    device: text(from, 'device'),
    n: whole(from, 'n'),
  }
}

export function parsePage(item: unknown): Page {
  const from = asObject(item)
  const scope = text(from, 'scope')
  if (from.revoked === true) return { kind: 'revoked', scope }
  const checksum = optionalText(from, 'checksum')
  if (typeof from.reset === 'string') return { kind: 'reset', scope, reset: from.reset as ResetReason }
  return {
    kind: 'changes',
    scope,
    from: text(from, 'from'),
    to: text(from, 'to'),
    more: from.more === true,
    ...(checksum !== undefined && { checksum }),
    changes: list(from, 'changes', parseChange),
  }
}

function parseOutcome(item: unknown): MutationOutcome {
  const from = asObject(item)
  const n = whole(from, 'n')
  const id = text(from, 'id')
  const kind = text(from, 'kind')
  const rest = { n, id, ...restamping(from) }
  switch (kind) {
    case 'applied':
    case 'already_applied':
      return { kind, seq: whole(from, 'seq'), ...rest }
    case 'merged':
      return { kind, seq: whole(from, 'seq'), keptFields: list(from, 'keptFields', textItem), ...rest }
    case 'rejected':
      return { kind, code: text(from, 'code'), reason: text(from, 'reason'), ...hints(from), ...rest }
    default:
      throw new ProtocolError(`Unknown outcome ${kind}`)
  }
}

function restamping(from: Json): { restamped?: Restamping } {
  if (from.restamped === undefined) return {}
  const both = asObject(from.restamped)
  return { restamped: { claimed: text(both, 'claimed'), taken: text(both, 'taken') } }
}

export function hints(from: Json): { table?: string; field?: string; remedy?: string } {
  const table = optionalText(from, 'table')
  const field = optionalText(from, 'field')
  const remedy = optionalText(from, 'remedy')
  return { ...(table && { table }), ...(field && { field }), ...(remedy && { remedy }) }
}

function parseStanding(from: Json): Standing {
  return {
    scopes: list(from, 'scopes', textItem),
    epoch: text(from, 'epoch'),
    schema: text(from, 'schema'),
    lastN: whole(from, 'lastN'),
    time: text(from, 'time'),
    ...(from.lastWord !== undefined && { lastWord: parseWord(asObject(from.lastWord)) }),
  }
}

function parseWord(from: Json): LastWord {
  return { n: whole(from, 'n'), refused: list(from, 'refused', parseRefused), heard: text(from, 'heard') }
}

function parseRefused(item: unknown): RefusedMutation {
  const from = asObject(item)
  return {
    mutation: parseMutation(from.mutation),
    outcome: parseOutcome(from.outcome),
    at: text(from, 'at'),
  }
}

export function parseMutation(item: unknown): Mutation {
  const from = asObject(item)
  return {
    device: text(from, 'device'),
    n: whole(from, 'n'),
    id: text(from, 'id'),
    at: text(from, 'at'),
    base: optionalText(from, 'base') ?? null,
    writes: list(from, 'writes', parseWrite),
  }
}

function parseWrite(item: unknown): RowWrite {
  const from = asObject(item)
  const kind = text(from, 'kind')
  if (kind !== 'insert' && kind !== 'update' && kind !== 'delete')
    throw new ProtocolError(`Unknown write ${kind}`)
  return { table: text(from, 'table'), id: text(from, 'id'), kind, fields: fields(from, 'fields') }
}

export function parsePushReply(body: unknown): PushReply {
  const from = asObject(body)
  return {
    incarnation: text(from, 'incarnation'),
    epoch: text(from, 'epoch'),
    outcomes: list(from, 'outcomes', parseOutcome),
    time: text(from, 'time'),
  }
}

export function parsePullReply(body: unknown): PullReply {
  const from = asObject(body)
  return { ...parseStanding(from), pages: list(from, 'pages', parsePage) }
}

function parsePart(item: unknown): SnapshotPart {
  const from = asObject(item)
  const columns = list(from, 'columns', textItem)
  if (columns[0] !== 'id') throw new ProtocolError('The first column of a snapshot is the id')
  return {
    table: text(from, 'table'),
    columns,
    rows: list(from, 'rows', (row) => row as readonly JsonValue[]),
  }
}

export function parseSnapshotChunk(body: unknown): SnapshotChunk {
  const from = asObject(body)
  return {
    scope: text(from, 'scope'),
    cursor: text(from, 'cursor'),
    parts: list(from, 'parts', parsePart),
    next: optionalText(from, 'next') ?? null,
  }
}

function parseRange(item: unknown): ComparedRange {
  const from = asObject(item)
  return {
    table: text(from, 'table'),
    after: optionalText(from, 'after') ?? null,
    to: optionalText(from, 'to') ?? null,
    same: from.same === true,
    ...(from.count !== undefined && { count: whole(from, 'count') }),
    ...(from.splits !== undefined && { splits: list(from, 'splits', textItem) }),
    ...(from.part !== undefined && { part: parsePart(from.part) }),
    ...(from.gone !== undefined && { gone: list(from, 'gone', textItem) }),
  }
}

export function parseCompareReply(body: unknown): CompareReply {
  const from = asObject(body)
  return {
    scope: text(from, 'scope'),
    cursor: text(from, 'cursor'),
    ranges: list(from, 'ranges', parseRange),
  }
}

export function parseSchema(body: unknown): CompiledSchema {
  const from = asObject(body)
  text(from, 'hash')
  asObject(from.tables)
  return from as unknown as CompiledSchema
}

/** Reads a `refused` frame or a problem+json body; `status` is the HTTP status where the body lacks it. */
export function parseRefusal(body: unknown, status: number): Refusal {
  const from = typeof body === 'object' && body !== null ? (body as Json) : {}
  const given = Number.isSafeInteger(from.status) ? (from.status as number) : status
  const message = optionalText(from, 'message') ?? optionalText(from, 'detail') ?? optionalText(from, 'title')
  const [field, remedy] = [optionalText(from, 'field'), optionalText(from, 'remedy')]
  const isTransient = typeof from.isTransient === 'boolean' ? from.isTransient : given >= 500 || given === 429
  return {
    status: given,
    code: optionalText(from, 'code') ?? `http_${given}`,
    message: message ?? `The node answered ${given}`,
    isTransient,
    ...(Number.isSafeInteger(from.expected) && { expected: from.expected as number }),
    ...(field !== undefined && { field }),
    ...(remedy !== undefined && { remedy }),
  }
}

/** Reads one frame of the live socket; undefined for a type this device does not know, which it passes over. */
export function parseFrame(data: string): NodeFrame | undefined {
  const from = asObject(JSON.parse(data) as unknown)
  switch (from.type) {
    case 'welcome':
      return { type: 'welcome', ...parseStanding(from) }
    case 'page':
      return { type: 'page', page: parsePage(from) }
    case 'pushed':
      return { type: 'pushed', id: whole(from, 'id'), ...parsePushReply(from) }
    case 'refused':
      return { type: 'refused', id: whole(from, 'id'), ...parseRefusal(from, 500) }
    case 'pong':
      return { type: 'pong', time: text(from, 'time') }
    case 'last_word':
      return { type: 'last_word', ...parseWord(from) }
    case 'error':
      return {
        type: 'error',
        code: text(from, 'code'),
        message: text(from, 'message'),
        isTransient: from.isTransient === true,
      }
    default:
      return undefined
  }
}
