import { expect, it } from 'vitest'
import { type Scan, ScanDetector } from './scanner.ts'

function type(detector: ScanDetector, keys: readonly string[], gap: number, from = 1000): string | null {
  let at = from
  let scan: Scan | null = null
  for (const key of keys) {
    at += gap
    scan = detector.feed(key, at)
  }
  return scan?.code ?? null
}

it('reads a code that comes at the speed of a scanner', () => {
  expect(type(new ScanDetector(), [...'4006381333931', 'Enter'], 8)).toBe('4006381333931')
})

it('keeps letters, capitals and leading noughts', () => {
  expect(type(new ScanDetector(), ['Shift', 'A', '0', '0', '-', 'x', 'Tab'], 12)).toBe('A00-x')
})

it('takes a person who types for a person', () => {
  expect(type(new ScanDetector(), [...'4006381', 'Enter'], 120)).toBeNull()
})

it('starts over when a person typed just before the scan', () => {
  const detector = new ScanDetector()
  type(detector, [...'ri'], 150)
  expect(type(detector, [...'40063813', 'Enter'], 5, 5000)).toBe('40063813')
})

it('does not take a quick double key and Enter for a code', () => {
  expect(type(new ScanDetector(), ['1', '2', 'Enter'], 20)).toBeNull()
})

it('reads the second of two scans by itself', () => {
  const detector = new ScanDetector()
  expect(type(detector, [...'11111111', 'Enter'], 5)).toBe('11111111')
  expect(type(detector, [...'22222222', 'Enter'], 5, 1300)).toBe('22222222')
})

it('waits for the end of the code: Enter that comes late is a person', () => {
  const detector = new ScanDetector()
  type(detector, [...'40063813'], 5)
  expect(detector.feed('Enter', 9000)).toBeNull()
})

it('takes a code whole when the device was busy in the middle of it', () => {
  const detector = new ScanDetector()
  type(detector, [...'400638'], 5)
  expect(type(detector, [...'1333931', 'Enter'], 5, 1110)).toBe('4006381333931')
})

it('takes a code whole even after a long stop in the middle of it: half of it may be another product’s', () => {
  const detector = new ScanDetector()
  type(detector, [...'400638'], 5)
  expect(type(detector, [...'1333931', 'Enter'], 5, 1500)).toBe('4006381333931')
})

it('says when a key came out of step', () => {
  const detector = new ScanDetector()
  detector.feed('1', 1000)
  type(detector, [...'4001'], 5, 1080)
  expect(detector.feed('Enter', 1105)).toEqual({ code: '14001', isEven: false })
  type(detector, [...'4001'], 12, 5000)
  expect(detector.feed('Enter', 5060)).toEqual({ code: '4001', isEven: true })
})
