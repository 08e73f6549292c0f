import { createContext, createElement, type ReactElement, type ReactNode, useContext } from 'react'
import type { Branchline } from '../branchline.ts'

const Context = createContext<Branchline | null>(null)

/** Makes the client known to the hooks below it. */
export function BranchlineProvider(props: {
  readonly client: Branchline
  readonly children?: ReactNode
}): ReactElement {
  return createElement(Context.Provider, { value: props.client }, props.children)
}

/** The client given to the provider. */
export function useBranchline(): Branchline {
  const client = useContext(Context)
  if (client === null) throw new Error('Put a <BranchlineProvider> above this component')
  return client
}
