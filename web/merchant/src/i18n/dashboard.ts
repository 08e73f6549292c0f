import { addTexts } from './index.ts'

/** Words of the dashboard. */
export const dashboard = {
  takings: 'Takings today',
  sales: 'Sales today',
  average: 'Average sale',
  open_orders: 'Open orders',
  low: 'Low stock',
  by_hour: 'Takings by hour',
  by_hour_most: 'Takings by hour; the best hour brought {{amount}}',
  nothing_sold: 'Nothing sold yet today',
  nothing_sold_hint: 'The first sale at a till appears here at once.',
  recent: 'Latest sales',
  top: 'Best sellers today',
  top_hint: 'What sells today is ranked here.',
  pieces_one: '{{count}} piece',
  pieces_other: '{{count}} pieces',
  none_low: 'Nothing is running low',
  none_low_hint: 'Products at or under their mark appear here.',
  low_at: 'low at {{figure}}',
  left: '{{figure}} left',
  short: '{{figure}} short',
  orders: 'Orders',
  on_device: 'On this device',
} as const

addTexts({ dashboard })
