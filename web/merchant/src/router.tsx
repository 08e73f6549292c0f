import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { Failure } from './shell/Failure.tsx'
import { Home } from './shell/Home.tsx'
import { Lost } from './shell/Lost.tsx'
import { SignedIn } from './shell/SignedIn.tsx'

const root = createRootRoute({ component: Outlet, notFoundComponent: Lost, errorComponent: Failure })

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('./access/Setup.tsx'), 'Setup'),
  validateSearch: (search: Record<string, unknown>) => ({
    token: typeof search.token === 'string' ? search.token : '',
  }),
})

/** Everything behind the sign-in; without one, the sign-in page stands at the same address. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: SignedIn,
  errorComponent: Failure,
})

const home = createRoute({ getParentRoute: () => inside, path: '/', component: Home })

const till = createRoute({
  getParentRoute: () => inside,
  path: '/pos',
  component: lazyRouteComponent(() => import('./till/Till.tsx'), 'Till'),
})

const board = (
  path: `/${string}`,
  name: 'CashierOrders' | 'ReleasingOrders' | 'CashierRegistrations' | 'ReleasingRegistrations',
) =>
  createRoute({
    getParentRoute: () => inside,
    path,
    component: lazyRouteComponent(() => import('./boards/pages.tsx'), name),
  })

const dashboard = createRoute({
  getParentRoute: () => inside,
  path: '/dashboard',
  component: lazyRouteComponent(() => import('./dashboard/Dashboard.tsx'), 'Dashboard'),
})

const backOffice = createRoute({
  getParentRoute: () => inside,
  path: '/back-office',
  component: lazyRouteComponent(() => import('./backoffice/Tables.tsx'), 'Tables'),
})

const backOfficeTable = createRoute({
  getParentRoute: () => inside,
  path: '/back-office/$table',
  component: lazyRouteComponent(() => import('./backoffice/TablePage.tsx'), 'TablePage'),
  validateSearch: (search: Record<string, unknown>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(search).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]),
    ),
})

const queue = createRoute({
  getParentRoute: () => inside,
  path: '/queue',
  component: lazyRouteComponent(() => import('./shell/QueuePage.tsx'), 'QueuePage'),
})

const users = createRoute({
  getParentRoute: () => inside,
  path: '/admin/users',
  component: lazyRouteComponent(() => import('./access/Users.tsx'), 'Users'),
})

const realtime = createRoute({
  getParentRoute: () => inside,
  path: '/admin/realtime',
  component: lazyRouteComponent(() => import('./realtime/Realtime.tsx'), 'Realtime'),
  validateSearch: (search: Record<string, unknown>): Record<string, string> =>
    Object.fromEntries(Object.entries(search).map(([name, value]) => [name, String(value)])),
})

const sync = createRoute({
  getParentRoute: () => inside,
  path: '/admin/sync',
  component: lazyRouteComponent(() => import('./sync/Sync.tsx'), 'Sync'),
  validateSearch: (search: Record<string, unknown>): { view?: string } =>
    typeof search.view === 'string' ? { view: search.view } : {},
})

/** The old address of the board's sign-in. */
const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  beforeLoad: () => {
    throw redirect({ to: '/' })
  },
})

export const router = createRouter({
  routeTree: root.addChildren([
    setup,
    login,
    inside.addChildren([
      home,
      till,
      board('/cashier/pos', 'CashierOrders'),
      board('/releasing/orders', 'ReleasingOrders'),
      board('/cashier/registrations', 'CashierRegistrations'),
      board('/releasing/registrations', 'ReleasingRegistrations'),
      dashboard,
      backOffice,
      backOfficeTable,
      queue,
      users,
      realtime,
      sync,
    ]),
  ]),
  defaultPreload: 'intent',
  defaultPendingMs: 0,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
