import { t } from '../i18n/index.ts'
import '../i18n/boards.ts'
import { OrdersBoard } from './OrdersBoard.tsx'
import { RegistrationsBoard } from './RegistrationsBoard.tsx'

export function CashierOrders() {
  return <OrdersBoard states={['draft', 'awaiting_payment', 'paid', 'for_release', 'released']} mayCreate />
}

export function ReleasingOrders() {
  return <OrdersBoard states={['paid', 'for_release', 'released']} mayCreate={false} />
}

export function CashierRegistrations() {
  return <RegistrationsBoard states={['new', 'for_release', 'released']} mayCreate />
}

export function ReleasingRegistrations() {
  return <RegistrationsBoard states={['for_release', 'released']} mayCreate={false} />
}

/** What an empty column says to do. */
export function emptyWord(state: string): string {
  switch (state) {
    case 'draft':
    case 'new':
      return t('boards.empty_new')
    case 'released':
      return t('boards.empty_released')
    default:
      return t('boards.empty')
  }
}
