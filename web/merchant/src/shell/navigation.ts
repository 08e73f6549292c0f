import type { TextKey } from '../i18n/index.ts'
import type { Role } from '../shop/Shop.tsx'
import type { IconName } from '../ui/Icon.tsx'

export interface Place {
  readonly to: string
  readonly label: TextKey
  readonly icon: IconName
  readonly roles: readonly Role[]
  /** Under the thumb on a phone; the others stand under "More". */
  readonly near?: true
  /** Where new orders are seen. */
  readonly news?: true
  /** Makes sense only at a branch. */
  readonly atBranch?: true
}

const everyone: readonly Role[] = ['admin', 'manager', 'cashier', 'releasing']
const counter: readonly Role[] = ['admin', 'manager', 'cashier']

/** In the order in which a shop uses them. */
export const places: readonly Place[] = [
  { to: '/pos', label: 'nav.till', icon: 'till', roles: counter, near: true, atBranch: true },
  {
    to: '/cashier/pos',
    label: 'nav.orders',
    icon: 'board',
    roles: counter,
    near: true,
    news: true,
    atBranch: true,
  },
  {
    to: '/releasing/orders',
    label: 'nav.releasing',
    icon: 'release',
    roles: everyone,
    near: true,
    news: true,
    atBranch: true,
  },
  {
    to: '/cashier/registrations',
    label: 'nav.registrations',
    icon: 'clipboard',
    roles: counter,
    atBranch: true,
  },
  { to: '/releasing/registrations', label: 'nav.hand_over', icon: 'stamp', roles: everyone, atBranch: true },
  { to: '/dashboard', label: 'nav.dashboard', icon: 'chart', roles: everyone, near: true, atBranch: true },
  { to: '/back-office', label: 'nav.back_office', icon: 'folder', roles: everyone },
  { to: '/queue', label: 'nav.queue', icon: 'queue', roles: everyone },
  { to: '/admin/users', label: 'nav.users', icon: 'users', roles: ['admin'] },
  { to: '/admin/realtime', label: 'nav.realtime', icon: 'live', roles: ['admin'] },
  { to: '/admin/sync', label: 'nav.sync', icon: 'sync', roles: ['admin'] },
]

export function placesOf(role: Role): readonly Place[] {
  return places.filter((place) => place.roles.includes(role))
}
