import { describe, expect, it } from 'vitest'
import golden from '../../../../protocol/sync/checks.json' with { type: 'json' }
import type { RowWrite } from '../protocol/messages.ts'
import type { CompiledSchema } from '../protocol/schema.ts'
import type { Fields } from '../protocol/values.ts'
import { findObjection } from './check-write.ts'

interface Case {
  readonly name: string
  readonly role: string
  readonly row: Fields | null
  readonly write: RowWrite
  readonly code: string | null
  readonly field?: string
}

const schema = golden.schema as unknown as CompiledSchema
const cases = golden.cases as unknown as readonly Case[]

describe('the declared checks agree with the node', () => {
  it.each(cases.map((one) => [one.name, one] as const))('%s', (_, { role, row, write, code, field }) => {
    const objection = findObjection(schema, role, row, write)
    expect(objection?.code ?? null).toBe(code)
    if (field !== undefined) expect(objection?.field).toBe(field)
  })

  it('covers every code', () => {
    const codes = new Set(cases.map((one) => one.code))
    expect(codes.size).toBe(14)
  })
})
