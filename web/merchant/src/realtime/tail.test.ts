import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type Source, Tail } from './tail.ts'

class FakeSource implements Source {
  onopen: (() => void) | null = null
  onmessage: ((message: { data: string }) => void) | null = null
  onerror: (() => void) | null = null
  readyState = 1
  readonly address: string

  constructor(address: string) {
    this.address = address
  }

  say(event: string): void {
    this.onmessage?.({
      data: JSON.stringify({ at: '2026-11-21T10:00:00Z', kind: 'published', app: '1', event }),
    })
  }

  close(): void {
    this.readyState = 2
  }
}

const sources: FakeSource[] = []
const open = (address: string) => {
  const source = new FakeSource(address)
  sources.push(source)
  return source
}
const events = (tail: Tail) => tail.state.lines.map((line) => line.event)

beforeEach(() => {
  vi.useFakeTimers()
  sources.length = 0
})
afterEach(() => vi.useRealTimers())

it('shows the newest line first and tells once of many', () => {
  const tail = new Tail(open)
  tail.follow({ app: '1', channel: 'a*', event: '' })
  const told = vi.fn()
  tail.subscribe(told)
  for (const event of ['one', 'two', 'three']) sources[0]?.say(event)
  vi.advanceTimersByTime(1000)
  expect(sources[0]?.address).toBe('/api/realtime/tail?app=1&channel=a*')
  expect(events(tail)).toEqual(['three', 'two', 'one'])
  expect(told).toHaveBeenCalledTimes(1)
})

it('keeps what comes during a pause aside and shows it after', () => {
  const tail = new Tail(open)
  tail.follow({ app: '', channel: '', event: '' })
  sources[0]?.say('before')
  tail.pause()
  for (const event of ['one', 'two']) sources[0]?.say(event)
  vi.advanceTimersByTime(1000)
  expect(events(tail)).toEqual(['before'])
  expect(tail.state.held).toBe(2)
  tail.resume()
  expect(events(tail)).toEqual(['two', 'one', 'before'])
})

it('holds a bounded number of lines', () => {
  const tail = new Tail(open)
  tail.follow({ app: '', channel: '', event: '' })
  for (let n = 0; n < 1000; n++) sources[0]?.say(String(n))
  vi.advanceTimersByTime(1000)
  expect(tail.state.lines.length).toBe(300)
  expect(events(tail)[0]).toBe('999')
})

it('closes the tail before it opens another, and says when it is refused', () => {
  const tail = new Tail(open)
  tail.follow({ app: '', channel: '', event: '' })
  tail.follow({ app: '', channel: 'b', event: '' })
  expect(sources[0]?.readyState).toBe(2)
  sources[1]?.close()
  sources[1]?.onerror?.()
  expect(tail.state.kind).toBe('refused')
})
