import { t } from '../i18n/index.ts'

/** 12 s, 3 min, 5 h, 4 d. */
export function span(seconds: number): string {
  if (seconds < 100) return t('ui.span.s', { figure: Math.round(seconds) })
  if (seconds < 100 * 60) return t('ui.span.min', { figure: Math.round(seconds / 60) })
  if (seconds < 48 * 3600) return t('ui.span.h', { figure: Math.round(seconds / 3600) })
  return t('ui.span.d', { figure: Math.round(seconds / 86_400) })
}
