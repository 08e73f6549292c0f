import { t } from '../i18n/index.ts'
import type { Product } from './catalogue.ts'

export interface OversellAnswer {
  readonly refused: boolean
  readonly text: string
}

/** What the till says before the fact when the shelf is empty. The shop's server accepts every sale. */
export function refusalOf(product: Product, left: number, role: string): OversellAnswer | null {
  if (!product.tracked || left > 0) return null
  const mayDecide = role === 'manager' || role === 'admin'
  switch (product.oversell) {
    case 'allow':
      return null
    case 'warn':
      return { refused: false, text: t('till.oversold', { name: product.name }) }
    case 'pin':
      return mayDecide
        ? { refused: false, text: t('till.oversold', { name: product.name }) }
        : { refused: true, text: t('till.oversell_manager', { name: product.name }) }
    default:
      return { refused: true, text: t('till.oversell_refused', { name: product.name }) }
  }
}
