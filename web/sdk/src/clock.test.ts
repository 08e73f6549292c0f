import { describe, expect, it } from 'vitest'
import golden from '../../../protocol/sync/stamps.json' with { type: 'json' }
import { Clock, encodeStamp, nextTime, parseStamp } from './clock.ts'

describe('stamps agree with the node', () => {
  it('are written and read the same', () => {
    for (const { ms, counter, device, stamp } of golden.encode) {
      expect(encodeStamp({ ms, counter }, device)).toBe(stamp)
      expect(parseStamp(stamp)).toEqual({ ms, counter, device })
    }
  })

  it('sort as text', () => {
    expect([...golden.ascending].reverse().sort()).toEqual(golden.ascending)
  })

  it('never go backwards', () => {
    for (const { last, now, next } of golden.next) expect(nextTime(last, now)).toEqual(next)
  })

  it('that are malformed are not read', () => {
    for (const stamp of golden.invalid) expect(parseStamp(stamp)).toBeUndefined()
  })
})

describe('the clock', () => {
  it('follows the node though the device is an hour behind', () => {
    const clock = new Clock(() => Date.parse('2026-11-21T07:00:00.100Z'))
    clock.correct('2026-11-21T08:00:00.000Z', Date.parse('2026-11-21T06:59:59.900Z'))
    expect(new Date(clock.now()).toISOString()).toBe('2026-11-21T08:00:00.100Z')
  })

  it('goes on after what it had read, though it was set back while the page was closed', () => {
    const clock = new Clock(() => 1_000_000)
    clock.continueAfter({ ms: 90_000_000, counter: 3 })
    expect(nextTime(clock.seen, clock.now())).toEqual({ ms: 90_000_000, counter: 4 })
  })

  it('forgets what it read from a node whose clock was wrong, and what it wrote while its own was', () => {
    const clock = new Clock(() => 1_000_000)
    clock.continueAfter({ ms: 90_000_000, counter: 3 })
    expect(clock.isWrong({ ms: 90_000_000, counter: 4 })).toBe(false)
    clock.correct(new Date(1_000_000).toISOString(), 1_000_000)
    expect(clock.seen).toEqual({ ms: 1_000_000, counter: 0 })
    expect(clock.isWrong({ ms: 90_000_000, counter: 4 })).toBe(true)
    expect(clock.isWrong({ ms: 1_200_000, counter: 0 })).toBe(false)
  })

  it('stays ahead of every stamp it has seen, but not of one from a wrong clock', () => {
    const clock = new Clock(() => 1_000_000)
    clock.observe(encodeStamp({ ms: 1_000_500, counter: 3 }, 'a'))
    clock.observe(encodeStamp({ ms: 9_000_000, counter: 0 }, 'a'))
    expect(clock.seen).toMatchObject({ ms: 1_000_500, counter: 3 })
  })
})
