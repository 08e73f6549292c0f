import type { Row } from '@branchline/client'
import { type RefObject, useLayoutEffect, useRef } from 'react'

/**
 * Rows that come or go above the ones in sight would push them away; the list is scrolled by as much, so nothing moves.
 * At the very top the list stays at the top: there one waits for what is new.
 */
export function useKeepPlace(
  scroller: RefObject<HTMLElement | null>,
  rows: readonly Row[],
  height: number,
): void {
  const before = useRef(rows)
  useLayoutEffect(() => {
    const element = scroller.current
    const old = before.current
    before.current = rows
    if (!element || old === rows || element.scrollTop < height) return
    const shift = shiftOf(old, rows, Math.floor(element.scrollTop / height))
    if (shift !== 0) element.scrollTop += shift * height
  }, [scroller, rows, height])
}

/** By how many places the first row in sight that is still there has moved. */
export function shiftOf(before: readonly Row[], after: readonly Row[], first: number): number {
  const places = new Map(after.map((row, index) => [row.id, index]))
  for (let index = first; index < Math.min(before.length, first + 20); index++) {
    const place = places.get(before[index]?.id ?? '')
    if (place !== undefined) return place - index
  }
  return 0
}
