import type { Branchline } from '@branchline/client'
import { expect, it } from 'vitest'
import { journalName, lookInto, sourceOf } from './journal.ts'

it('is named after the till and the minute', () => {
  expect(journalName('B01-T3', new Date(2026, 10, 28, 9, 5))).toBe(
    'branchline-journal-B01-T3-2026-11-28-0905.json',
  )
  expect(journalName('../Till 3', new Date(2026, 0, 2, 23, 59))).toBe(
    'branchline-journal--Till-3-2026-01-02-2359.json',
  )
})

it('comes from the till of this device, else from the device', () => {
  const client = (tills: readonly object[]) =>
    ({
      deviceId: '01a22224-d508-7461-8a3b-0df1cb373206',
      rows: () => tills,
      row: () => ({ code: 'B01' }),
    }) as unknown as Branchline
  expect(sourceOf(client([{ id: 't', code: 'T3', branch_id: 'b' }]))).toBe('B01-T3')
  expect(sourceOf(client([]))).toBe('373206')
})

it('is looked into before it is taken over, and another file is told from it', async () => {
  const journal = {
    format: 'branchline-journal',
    version: 1,
    exported_at: '2026-11-28T09:00:00.000Z',
    user: { id: 'u', name: 'Ana' },
    mutations: [{}, {}],
    rejected: [{}],
  }
  expect(await lookInto(new Blob([JSON.stringify(journal)]))).toEqual({
    who: 'Ana',
    at: '2026-11-28T09:00:00.000Z',
    waiting: 2,
    refused: 1,
  })
  for (const other of ['', '{}', 'null', '[1]', '{"format":"branchline-journal"}', 'a picture'])
    expect(await lookInto(new Blob([other]))).toBeNull()
})
