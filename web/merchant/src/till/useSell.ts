import type { Mutation, Row, Value } from '@branchline/client'
import { useBranchline, useMutate, useTable } from '@branchline/client/react'
import { useMemo, useState } from 'react'
import { t } from '../i18n/index.ts'
import { useShop } from '../shop/Shop.tsx'
import type { Cart } from './cart.ts'
import type { Payment } from './payment.ts'
import { type Counter, saleWrites } from './sale.ts'

/** A sale that is safe on this device. */
export interface SoldSale {
  readonly id: string
  readonly writes: Mutation['writes']
}

interface Selling {
  readonly saving: boolean
  readonly error: string | null
  readonly sell: (cart: Cart, payments: readonly Payment[]) => Promise<SoldSale | null>
}

/** Saves a sale. It counts as paid when the returned promise has resolved: then it is on the disk of this device. */
export function useSell(till: Row, series: string): Selling {
  const { user, branch } = useShop()
  const client = useBranchline()
  const mutate = useMutate()
  const [state, setState] = useState<{ saving: boolean; error: string | null }>({
    saving: false,
    error: null,
  })
  const open = useMemo(() => ({ where: { till_id: till.id, status: 'open' }, limit: 1 }), [till.id])
  const drawer = useTable('cash_sessions', open).rows[0]
  const newest = useMemo(
    () => ({ where: { till_id: till.id }, sort: '-receipt_number', limit: 1 }),
    [till.id],
  )
  const known = lastNumber(useTable('sales', newest).rows[0]?.receipt_number, till.last_receipt)

  const sell = async (cart: Cart, payments: readonly Payment[]) => {
    if (state.saving) return null
    setState({ saving: true, error: null })
    const counter: Counter = {
      branchId: branch.id,
      tillId: till.id,
      series,
      cashierId: user.id,
      cashierName: user.name,
      cashSessionId: drawer?.id ?? null,
    }
    try {
      const mutation = await mutate(
        saleWrites(cart, payments, counter, () => client.newId(), client.now()),
        {
          document: true,
          receiptSeries: { [series]: known },
        },
      )
      setState({ saving: false, error: null })
      return { id: mutation.writes[0]?.id ?? '', writes: mutation.writes }
    } catch (error) {
      setState({ saving: false, error: `${t('till.not_saved')} ${(error as Error).message}` })
      return null
    }
  }
  return { ...state, sell }
}

/** The highest number this till is known to have given out, also by the device that was this till before. */
export function lastNumber(receipt: Value | undefined, counted: Value | undefined): number {
  const printed = /-(\d+)$/.exec(String(receipt ?? ''))?.[1]
  return Math.max(Number(printed ?? 0), Number(counted ?? 0))
}
