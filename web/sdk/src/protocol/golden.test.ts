import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readJournal, writeJournal } from '../outbox/journal.ts'
import type { CompareRequest, DeviceFrame, Mutation, PullRequest, PushRequest } from './messages.ts'
import { parseCompareReply, parseFrame, parsePullReply, parsePushReply, parseSnapshotChunk } from './parse.ts'

const device = '0193f0a1-0000-7000-8000-00000000d001'
const stamp = (counter: number) => `0193f0a1b2c3000${counter}-${device}`
const product = (n: number) => `0193f0a1-0000-7000-8000-000000000a0${n}`
const mutation = (n: number) => `0193f0a1-0000-7000-8000-00000000000${n}`

function golden(name: string): string {
  return readFileSync(new URL(`../../../../protocol/sync/${name}.json`, import.meta.url), 'utf8').trim()
}

/** The same value with every object's keys in order, so that two texts can be compared byte by byte. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}

const priceChange: Mutation = {
  device,
  n: 3,
  id: mutation(3),
  at: stamp(0),
  base: 'e7f3.44',
  writes: [{ table: 'products', id: product(1), kind: 'update', fields: { price: 1400 } }],
}

const pushRequest: PushRequest = {
  incarnation: null,
  mutations: [
    {
      device,
      n: 1,
      id: mutation(1),
      at: stamp(0),
      base: null,
      writes: [
        {
          table: 'products',
          id: product(1),
          kind: 'insert',
          fields: {
            name: 'Rice 5 kg',
            price: 1250,
            weight: 5.25,
            active: true,
            note: null,
            tags: ['staple', 'dry'],
          },
        },
      ],
    },
    {
      device,
      n: 2,
      id: mutation(2),
      at: stamp(1),
      base: 'e7f3.41',
      writes: [
        { table: 'products', id: product(1), kind: 'update', fields: { price: 1300 } },
        { table: 'products', id: product(2), kind: 'delete', fields: {} },
      ],
    },
  ],
}

const pullRequest: PullRequest = {
  device,
  cursors: { everyone: 'e7f3.41', 'branch:0193f0a1-0000-7000-8000-000000000b01': null },
  limit: 1000,
  heard: 'e7f3.11',
  formers: ['0193f0a1-0000-7000-8000-00000000d000'],
  storage: 'persistent',
}

const compareRequest: CompareRequest = {
  scope: 'everyone',
  ranges: [
    { table: 'branches', after: null, to: null, checksum: '0000000000000000' },
    { table: 'products', after: null, to: product(5), checksum: '9ad1f3c07b52e846' },
    {
      table: 'products',
      after: product(5),
      to: null,
      checksum: 'b9f023e275e45d3a',
      rows: { [product(6)]: 'b9f023e275e45d3a' },
    },
  ],
}

const hello: DeviceFrame = {
  type: 'hello',
  device,
  cursors: { everyone: 'e7f3.41' },
  heard: 'e7f3.11',
  formers: ['0193f0a1-0000-7000-8000-00000000d000'],
  storage: 'persistent',
}
const push: DeviceFrame = { type: 'push', id: 7, incarnation: 'k3v9', mutations: [priceChange] }

describe('what the device says is byte for byte what is written down', () => {
  it.each([
    ['push-request', pushRequest],
    ['pull-request', pullRequest],
    ['compare-request', compareRequest],
    ['live-hello', hello],
    ['live-push', push],
  ])('%s', (name, message) => {
    expect(canonical(message)).toBe(canonical(JSON.parse(golden(name))))
  })
})

describe('what the node says is read', () => {
  it('a push reply with every kind of outcome', () => {
    const reply = parsePushReply(JSON.parse(golden('push-reply')))
    expect(canonical(reply)).toBe(canonical(JSON.parse(golden('push-reply'))))
    expect(reply.outcomes.map((outcome) => outcome.kind)).toEqual([
      'applied',
      'merged',
      'already_applied',
      'rejected',
      'applied',
    ])
    expect(reply.outcomes[4]?.restamped?.taken).toBe('0193f0a1b2c30000-till-1')
  })

  it('a pull reply with changes, a reset and a revoked scope', () => {
    const reply = parsePullReply(JSON.parse(golden('pull-reply')))
    expect(reply.pages.map((page) => page.kind)).toEqual(['changes', 'reset', 'revoked'])
    expect(reply.lastN).toBe(2)
    expect(reply.lastWord).toEqual({ n: 2, refused: [], heard: 'e7f3.12' })
    const [page] = reply.pages
    expect(page?.kind === 'changes' && page.changes.map((change) => change.kind)).toEqual(['set', 'delete'])
    expect(page?.kind === 'changes' && page.changes[1]?.fields).toEqual({})
  })

  it('a comparison', () => {
    const reply = parseCompareReply(JSON.parse(golden('compare-reply')))
    expect(canonical(reply)).toBe(canonical(JSON.parse(golden('compare-reply'))))
  })

  it('a snapshot chunk', () => {
    const chunk = parseSnapshotChunk(JSON.parse(golden('snapshot-chunk')))
    expect(canonical(chunk)).toBe(canonical(JSON.parse(golden('snapshot-chunk'))))
  })

  it.each(['live-welcome', 'live-pushed', 'live-refused', 'live-last-word', 'live-error'])('%s', (name) => {
    expect(canonical(parseFrame(golden(name)))).toBe(canonical(JSON.parse(golden(name))))
  })

  it('a live page', () => {
    const frame = parseFrame(golden('live-page'))
    expect(frame?.type === 'page' && frame.page.kind === 'changes' && frame.page.to).toBe('e7f3.46')
    expect(frame?.type === 'page' && frame.page.kind === 'changes' && frame.page.checksum).toBe(
      '9ad1f3c07b52e846',
    )
  })

  it('a frame of a later protocol is passed over, a broken one is an error', () => {
    expect(parseFrame('{"type":"from-the-future"}')).toBeUndefined()
    expect(() => parseFrame('{"type":"pushed"}')).toThrow('Expected')
    expect(() => parseFrame('not json')).toThrow()
  })
})

describe('a journal', () => {
  it('is read as it was written', async () => {
    const text = golden('journal')
    const content = await readJournal(new Blob([text]))
    expect(content.mutations.map(({ id }) => id)).toEqual([mutation(1)])
    const { user, device: from, exported_at } = JSON.parse(text)
    const by = { user: { ...user, email: '', role: '' }, device: from, at: new Date(exported_at) }
    const written = await writeJournal(content, by).text()
    expect(canonical(JSON.parse(written))).toBe(canonical(JSON.parse(text)))
  })
})
