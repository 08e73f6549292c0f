export type Method = 'cash' | 'card'

export interface Payment {
  readonly method: Method
  readonly amount: number
  /** Cash only: what was handed over; the change is what goes back. */
  readonly tendered?: number
  readonly reference?: string
}

export function paidSoFar(payments: readonly Payment[]): number {
  return payments.reduce((sum, payment) => sum + payment.amount, 0)
}

/** Cash counts only for what is due; the rest is change. A card is never charged for more than is due. */
export function pay(method: Method, due: number, given: number, reference?: string): Payment {
  const amount = Math.min(due, given)
  if (method === 'cash') return { method, amount, tendered: given }
  return reference ? { method, amount, reference } : { method, amount }
}

export function changeOf(payments: readonly Payment[]): number {
  return payments.reduce(
    (sum, payment) => sum + Math.max(0, (payment.tendered ?? payment.amount) - payment.amount),
    0,
  )
}

const notes = [1, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000]

/** Exact, then what a person is likely to hand over: the next round sums above. At most four, growing. */
export function quickAmounts(due: number, unit: number): readonly number[] {
  if (due <= 0) return []
  const sums = new Set([due])
  for (const note of notes) sums.add(Math.ceil(due / (note * unit)) * note * unit)
  return [...sums].sort((a, b) => a - b).slice(0, 4)
}
