import type { Progress, RejectedMutation } from '@branchline/client'
import { expect, it } from 'vitest'
import { refusalOf, stateOf, stepsOf } from './saleSteps.ts'

const at = (minute: number) => new Date(Date.UTC(2026, 10, 28, 9, minute))

function progress(sent: number | null, confirmed: number | null, final: number | null): Progress {
  const when = (minute: number | null) => (minute === null ? null : at(minute))
  return { savedAt: at(0), sentAt: when(sent), confirmedAt: when(confirmed), finalAt: when(final) }
}

const refusal = {
  id: 'm1',
  mutation: { writes: [{ table: 'sales', id: 's1', kind: 'insert', fields: {} }] },
  rejectedAt: at(9),
} as unknown as RejectedMutation

it('goes through its four states in order', () => {
  expect(stateOf(progress(null, null, null), undefined, true)).toBe('on_device')
  expect(stateOf(progress(1, null, null), undefined, true)).toBe('sent')
  expect(stateOf(progress(1, 2, null), undefined, false)).toBe('branch')
  expect(stateOf(progress(1, 2, 3), undefined, false)).toBe('office')
})

it('is on this device only again when the line was lost without an answer', () => {
  expect(stateOf(progress(null, null, null), undefined, true)).toBe('on_device')
  expect(stepsOf(progress(null, null, null), undefined).map((step) => step.at)).toEqual([
    at(0),
    null,
    null,
    null,
  ])
})

it('says nothing of a sale it does not know, but that the server has it', () => {
  expect(stateOf(null, undefined, false)).toBe('known')
  expect(stateOf(null, undefined, true)).toBe('on_device')
})

it('shows one step where the node is head office itself', () => {
  expect(stepsOf(progress(1, 2, 2), undefined).map((step) => step.kind)).toEqual([
    'on_device',
    'sent',
    'office',
  ])
})

it('shows the branch and head office one after the other where they are two', () => {
  expect(stepsOf(progress(1, 2, 3), undefined).map(({ kind, at }) => [kind, at?.getUTCMinutes()])).toEqual([
    ['on_device', 0],
    ['sent', 1],
    ['branch', 2],
    ['office', 3],
  ])
})

it('says that a sale was refused, whoever refused it', () => {
  expect(stateOf(progress(1, null, null), refusal, false)).toBe('refused')
  expect(stepsOf(progress(1, null, null), refusal).map((step) => step.kind)).toEqual([
    'on_device',
    'sent',
    'refused',
  ])
  expect(stepsOf(progress(1, 2, null), refusal).map((step) => step.kind)).toEqual([
    'on_device',
    'sent',
    'branch',
    'refused',
  ])
  expect([refusalOf([refusal], 's1'), refusalOf([refusal], 's2')]).toEqual([refusal, undefined])
})
