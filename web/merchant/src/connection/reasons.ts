import { tOr } from '../i18n/index.ts'
import '../i18n/queue.ts'

/** Why something was refused, for people who know no codes; nothing for a code without words of its own. */
export function reasonText(code: string): string {
  return tOr(`queue.reasons.${code}`, '')
}
