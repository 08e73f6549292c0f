import { addTexts } from './index.ts'

/** Words of stock movements. */
export const stock = {
  on_hand: 'On hand',
  action: 'Kind of movement',
  in: 'Stock in',
  out: 'Stock out',
  adjust: 'Adjust',
  count: 'Count',
  quantity: 'Quantity',
  reason: 'Reason',
  enter_quantity: 'Enter a quantity',
  save_to: '{{action}}: {{after}} on hand then',
  movements: 'Latest movements',
} as const

addTexts({ stock })
