import type { TestInfo } from '@playwright/test'

/** One figure of the report. Of many samples a percentile is held against the target. */
export interface Figure {
  readonly name: string
  readonly unit: string
  readonly slowdown: 1 | 4
  readonly samples: readonly number[]
  /** What is asked: by percentile, `0.95`; 1 is the worst, and the only one where there is one sample. */
  readonly targets: readonly { readonly at: number; readonly limit: number; readonly atLeast?: true }[]
  readonly note?: string
}

/** Hands a figure to the report. */
export async function record(info: TestInfo, figure: Figure): Promise<void> {
  await info.attach('figure', { body: JSON.stringify(figure), contentType: 'application/json' })
}

export function percentile(samples: readonly number[], at: number): number {
  const sorted = [...samples].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.min(sorted.length, Math.ceil(at * sorted.length)) - 1)] ?? Number.NaN
}

export function isReached({ samples, targets }: Figure): boolean {
  return (
    samples.length > 0 &&
    targets.every(({ at, limit, atLeast }) =>
      atLeast ? percentile(samples, 1 - at) >= limit : percentile(samples, at) < limit,
    )
  )
}
