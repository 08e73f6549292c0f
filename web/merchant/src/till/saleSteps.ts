import type { Progress, RejectedMutation } from '@branchline/client'

/** The four states of a sale, and two that are none of the way: refused, and known from elsewhere. */
export type SaleStateKind = 'on_device' | 'sent' | 'branch' | 'office' | 'refused' | 'known'

/** One step of the way; without a time it has not been reached. */
export interface SaleStep {
  readonly kind: Exclude<SaleStateKind, 'known'>
  readonly at: Date | null
}

/** Derived from the outbox, never stored. `progress` is null for a sale that another device made, or long ago. */
export function stateOf(
  progress: Progress | null,
  refusal: RejectedMutation | undefined,
  isPending: boolean,
): SaleStateKind {
  if (refusal) return 'refused'
  if (progress?.finalAt) return 'office'
  if (progress?.confirmedAt) return 'branch'
  if (progress?.sentAt) return 'sent'
  return progress || isPending ? 'on_device' : 'known'
}

/** The way of a sale in the order in which it goes. Where the node is head office itself, its word is the last: one step. */
export function stepsOf(progress: Progress, refusal: RejectedMutation | undefined): readonly SaleStep[] {
  const { savedAt, sentAt, confirmedAt, finalAt } = progress
  const way: SaleStep[] = [
    { kind: 'on_device', at: savedAt },
    { kind: 'sent', at: sentAt ?? confirmedAt },
  ]
  const isOneWord = confirmedAt !== null && confirmedAt.getTime() === finalAt?.getTime()
  if (!isOneWord && !(refusal && confirmedAt === null)) way.push({ kind: 'branch', at: confirmedAt })
  if (refusal) return [...way.filter((step) => step.at), { kind: 'refused', at: refusal.rejectedAt }]
  return [...way, { kind: 'office', at: finalAt }]
}

/** The refusal that a sale is part of. */
export function refusalOf(
  rejected: readonly RejectedMutation[],
  saleId: string,
): RejectedMutation | undefined {
  return rejected.find(({ mutation }) =>
    mutation.writes.some((write) => write.table === 'sales' && write.id === saleId),
  )
}

/** A sale that was refused is in no table any more; this is what it was to be. The newest first. */
export interface RefusedSale {
  readonly id: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly item: RejectedMutation
}

export function refusedSales(rejected: readonly RejectedMutation[], tillId: string): readonly RefusedSale[] {
  return rejected
    .flatMap((item) =>
      item.mutation.writes
        .filter(
          ({ table, kind, fields }) => table === 'sales' && kind === 'insert' && fields.till_id === tillId,
        )
        .map(({ id, fields }) => ({ id, fields, item })),
    )
    .toReversed()
}
