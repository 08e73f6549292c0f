import type { ConnectionState, OutboxTrouble } from '@branchline/client'
import { expect, it } from 'vitest'
import { stuckBy } from './unsent.ts'

const minute = (figure: number) => new Date(2026, 10, 28, 9, figure)
const trouble: OutboxTrouble = { code: 'store_unavailable', message: 'The disk is full', since: minute(5) }
const live: ConnectionState = { kind: 'live', via: 'socket' }
const offline = (since: number): ConnectionState => ({ kind: 'offline', since: minute(since) })

it('is stuck while the server answers and does not take what waits', () => {
  expect(stuckBy(trouble, live, 1)).toBe(trouble)
  expect(stuckBy(trouble, offline(4), 1)).toBe(trouble)
})

it('is not stuck when nothing waits, a sign-in is needed, or the server has been out of reach since', () => {
  expect(stuckBy(null, live, 1)).toBeNull()
  expect(stuckBy(trouble, live, 0)).toBeNull()
  expect(stuckBy(trouble, { kind: 'sign_in_needed' }, 1)).toBeNull()
  expect(stuckBy(trouble, offline(6), 1)).toBeNull()
})
