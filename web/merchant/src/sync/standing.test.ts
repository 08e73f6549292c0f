import { expect, it } from 'vitest'
import { bytes } from '../format/bytes.ts'
import { span } from '../format/span.ts'
import type { Link, Master, Report, SyncStatus } from './model.ts'
import { ago, clock, joinCommand, masterStanding, roundsOf, standingOf } from './standing.ts'

const report: Report = {
  at: '2026-11-28T09:00:00.000Z',
  version: '0.1.0',
  hasSameSchema: true,
  host: 'north',
  skewSeconds: 0.2,
  pendingUp: 0,
  heldUp: 0,
  oldestUp: null,
  lanes: [],
  errors: {},
  failures: 0,
  sockets: 1,
  devices: 1,
  diskFree: 1e9,
  rounds: [],
}

const link: Link = {
  id: 'b1',
  name: 'North',
  state: 'joined',
  contact: 'live',
  equal: false,
  joinedAt: null,
  seenAt: '2026-11-28T09:00:00.000Z',
  behind: 0,
  lagSeconds: 0,
  refusal: null,
  isFloorHolder: false,
  report,
}

it('says the worst of a branch first', () => {
  expect(standingOf(link).word).toBe('Up to date')
  expect(standingOf({ ...link, behind: 3 }).word).toBe('Catching up')
  expect(standingOf({ ...link, report: { ...report, pendingUp: 2 } }).word).toBe('Catching up')
  expect(standingOf({ ...link, behind: null }).word).toBe('Loading')
  const failing = { ...link, report: { ...report, errors: { prices: 'no' } } }
  expect(standingOf(failing).word).toBe('Failing')
  expect(standingOf({ ...failing, contact: 'late' }).word).toBe('Not heard of')
  expect(standingOf({ ...link, state: 'locked_out', contact: 'late' }).word).toBe('Locked out')
  expect(standingOf({ ...link, state: 'invited', contact: 'none', report: null }).word).toBe('Invited')
})

it('a branch that never joined is never called up to date', () => {
  for (const state of ['invited', 'expired', 'removed', 'locked_out'] as const)
    expect(standingOf({ ...link, state }).tone).not.toBe('good')
})

it('tells the time since by the clock of the node', () => {
  expect(ago(null, link.seenAt as string)).toBe('never')
  expect(ago('2026-11-28T08:59:58.000Z', '2026-11-28T09:00:00.000Z')).toBe('just now')
  expect(ago('2026-11-28T08:00:00.000Z', '2026-11-28T09:00:00.000Z')).toBe('60\u00a0min ago')
  expect([5, 99, 300, 7200, 400_000].map(span)).toEqual(
    ['5 s', '99 s', '5 min', '2 h', '5 d'].map((text) => text.replace(' ', '\u00a0')),
  )
})

it('names a clock only when it is off', () => {
  expect([null, 0.4, 90, -400].map(clock)).toEqual(['', 'right', '90\u00a0s ahead', '7\u00a0min behind'])
})

it('writes bytes as people do', () => {
  expect([0, 900, 1_500_000, 52_428_800_000].map(bytes)).toEqual(['0 B', '900 B', '1.5 MB', '52.4 GB'])
})

it('puts the rounds of both directions in one order', () => {
  const master: Master = {
    name: 'office',
    url: 'http://office',
    status: 'success',
    lastSyncedAt: null,
    lastError: null,
    retryCount: 0,
    isLoaded: true,
    nextRoundAt: null,
    skewSeconds: null,
    lanes: [],
    rounds: [
      {
        id: 'r2',
        startedAt: '2026-11-28T09:00:02.000Z',
        milliseconds: 5,
        applied: 2,
        merged: 1,
        refused: 1,
        changes: 3,
        rows: 4,
        repaired: 0,
        errors: { line: 'gone', prices: 'no' },
      },
    ],
  }
  const told = {
    ...report,
    rounds: [
      {
        id: 'r1',
        startedAt: '2026-11-28T09:00:01.000Z',
        milliseconds: 1,
        up: 1,
        refused: 0,
        down: 0,
        repaired: 0,
        error: null,
      },
      {
        id: 'r3',
        startedAt: '2026-11-28T09:00:03.000Z',
        milliseconds: 1,
        up: 0,
        refused: 0,
        down: 9,
        repaired: 0,
        error: null,
      },
    ],
  }
  const status = { masters: [master], branches: [{ ...link, report: told }] } as unknown as SyncStatus
  const lines = roundsOf(status)
  expect(lines.map(({ id, who, up, down }) => [id, who, up, down])).toEqual([
    ['r3', 'North', 0, 9],
    ['r2', 'with office', 4, 7],
    ['r1', 'North', 1, 0],
  ])
  expect(lines[1]?.error).toBe('gone; prices: no')
  expect(masterStanding(master).word).toBe('Up to date')
})

it('the command to join has the token and where the master is', () => {
  expect(joinCommand('b1.secret', 'https://office.example')).toBe(
    'branchline join b1.secret --master-url https://office.example --data DIR',
  )
})
