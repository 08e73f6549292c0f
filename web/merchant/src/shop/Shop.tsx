import type { Row } from '@branchline/client'
import { useSession, useTable } from '@branchline/client/react'
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react'

export type Role = 'admin' | 'manager' | 'cashier' | 'releasing'

export interface Branch {
  readonly id: string
  readonly name: string
  readonly code: string
  readonly currency: string
  readonly row: Row | undefined
}

/** Who is signed in and which branch they work at: what every screen of a shop needs to know. */
export interface Shop {
  readonly user: { readonly id: string; readonly name: string; readonly email: string; readonly role: Role }
  readonly branch: Branch
  readonly branches: readonly Branch[]
  readonly chooseBranch: (id: string) => void
}

const chosenKey = 'branchline.branch'
const ShopContext = createContext<Shop | null>(null)

export function useShop(): Shop {
  const shop = useContext(ShopContext)
  if (!shop) throw new Error('useShop is for screens behind the sign-in')
  return shop
}

export function ShopProvider({ children }: { children: ReactNode }) {
  const session = useSession()
  const { rows } = useTable('branches', { sort: 'code' })
  const [chosen, setChosen] = useState(() => localStorage.getItem(chosenKey))
  const chooseBranch = useCallback((id: string) => {
    localStorage.setItem(chosenKey, id)
    setChosen(id)
  }, [])

  const shop = useMemo<Shop | null>(() => {
    if (!session) return null
    const branches = held(session.branches, rows, session.user.role === 'admin')
    const branch = branches.find((candidate) => candidate.id === chosen) ?? branches[0] ?? noBranch
    const user = { ...session.user, role: session.user.role as Role }
    return { user, branch, branches, chooseBranch }
  }, [session, rows, chosen, chooseBranch])

  return shop && <ShopContext value={shop}>{children}</ShopContext>
}

const noBranch: Branch = { id: '', name: '', code: '', currency: 'EUR', row: undefined }

/** The branches of the session in the order of their codes; their names come with the replica. Administrators hold all. */
function held(
  memberships: readonly { readonly id: string }[],
  rows: readonly Row[],
  isAdmin: boolean,
): readonly Branch[] {
  const known = rows
    .filter((row) => isAdmin || memberships.some((membership) => membership.id === row.id))
    .map(branchOf)
  const unknown = memberships.filter((membership) => !rows.some((row) => row.id === membership.id))
  return [...known, ...unknown.map(({ id }) => ({ ...noBranch, id }))]
}

function branchOf(row: Row): Branch {
  return {
    id: row.id,
    name: String(row.name ?? ''),
    code: String(row.code ?? ''),
    currency: String(row.currency ?? 'EUR'),
    row,
  }
}
