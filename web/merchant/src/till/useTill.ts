import type { Row } from '@branchline/client'
import { useBranchline, useMutate, useTable } from '@branchline/client/react'
import { useCallback, useMemo } from 'react'
import type { Branch } from '../shop/Shop.tsx'

export interface TillOfDevice {
  /** The till this device sells as; null until it took one. */
  readonly till: Row | null
  readonly tills: readonly Row[]
  readonly series: string
  readonly loading: boolean
  readonly claim: (till: Row) => Promise<unknown>
  readonly create: () => Promise<unknown>
}

export function useTill(branch: Branch): TillOfDevice {
  const client = useBranchline()
  const mutate = useMutate()
  const { rows: tills, loading } = useTable(
    'tills',
    useMemo(() => ({ where: { branch_id: branch.id, status: 'active' }, sort: 'code' }), [branch.id]),
  )
  const till = tills.find((row) => row.device_id === client.deviceId) ?? null

  const claim = useCallback(
    (row: Row) =>
      mutate([{ table: 'tills', id: row.id, kind: 'update', fields: { device_id: client.deviceId } }]),
    [mutate, client],
  )
  const create = useCallback(() => {
    const code = nextCode(tills)
    const fields = {
      name: `Till ${code.slice(1)}`,
      code,
      branch_id: branch.id,
      device_id: client.deviceId,
      status: 'active',
    }
    return mutate([{ table: 'tills', id: client.newId(), kind: 'insert', fields }])
  }, [mutate, client, tills, branch.id])

  return { till, tills, series: till ? `${branch.code}-${till.code}` : '', loading, claim, create }
}

/** The first of T1, T2, ... that no till of the branch has. */
export function nextCode(tills: readonly Row[]): string {
  const taken = new Set(tills.map((till) => till.code))
  let number = 1
  while (taken.has(`T${number}`)) number++
  return `T${number}`
}
