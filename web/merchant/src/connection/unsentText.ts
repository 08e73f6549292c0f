import { t } from '../i18n/index.ts'
import '../i18n/queue.ts'
import type { Unsent } from './unsent.ts'

/** What has not been sent, in one or two sentences. */
export function unsentText({ changes, sales, refused }: Unsent): string {
  const other = changes - sales
  return [
    sales > 0 && t('leaving.unsent_sales', { count: sales }),
    other > 0 && t(sales > 0 ? 'leaving.unsent_more' : 'leaving.unsent', { count: other }),
    refused > 0 && t('leaving.refused', { count: refused }),
  ]
    .filter(Boolean)
    .join(' ')
}
