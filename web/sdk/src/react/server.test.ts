// Where there is no browser: a server renders the page before anybody is signed in.
import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { expect, it } from 'vitest'
import { createBranchline } from '../index.ts'
import {
  BranchlineProvider,
  useBranchline,
  useComments,
  useConfirmed,
  useConnection,
  useMutate,
  useOutbox,
  usePresence,
  useProgress,
  useRealtimeOrders,
  useRealtimeRegistrations,
  useRow,
  useSchema,
  useSession,
  useStorage,
  useTable,
} from './index.ts'

function Page() {
  const { rows, loading } = useTable('products', { with: { category: 'category_id' } })
  const shown = [
    useBranchline().deviceId,
    rows.length,
    loading,
    useRow('products', 'rice') ?? 'no row',
    useSchema(),
    typeof useMutate(),
    useConnection().kind,
    useConfirmed(),
    useOutbox().waiting,
    useProgress('sales', 'one'),
    useStorage().verdict,
    usePresence('presence-branch.one').length,
    useSession(),
    useRealtimeOrders().orders.length,
    useRealtimeRegistrations({ status: ['new'] }).registrations.length,
    useComments('orders', 'one').comments.length,
  ]
  return createElement('p', null, shown.map(String).join('|'))
}

it('every hook says what is known before anything is', () => {
  expect(typeof window).toBe('undefined')
  expect(typeof indexedDB).toBe('undefined')
  const page = createElement(BranchlineProvider, { client: createBranchline() }, createElement(Page))
  expect(renderToString(page)).toBe(
    '<p>|0|true|no row|null|function|connecting|false|0|null|unknown|0|null|0|0|0</p>',
  )
})
