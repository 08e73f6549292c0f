import { t } from '../i18n/index.ts'

export type Answer<T = unknown> =
  | { readonly kind: 'done'; readonly body: T }
  | {
      readonly kind: 'refused'
      readonly status: number
      readonly code: string
      readonly message: string
      readonly field?: string
    }

/** People and first steps are not rows of the shop: they have endpoints of their own and need the server at hand. */
export async function call<T>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
  const token = /(?:^|; )XSRF-TOKEN=([^;]+)/.exec(document.cookie)?.[1]
  const headers = new Headers({ Accept: 'application/json' })
  if (body !== undefined) headers.set('Content-Type', 'application/json')
  if (token) headers.set('X-XSRF-TOKEN', decodeURIComponent(token))
  try {
    const response = await fetch(path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const json: unknown = text ? JSON.parse(text) : null
    if (response.ok) return { kind: 'done', body: json as T }
    return { kind: 'refused', status: response.status, ...problem(json) }
  } catch {
    return { kind: 'refused', status: 0, code: 'unreachable', message: t('access.unreachable') }
  }
}

function problem(json: unknown): { code: string; message: string; field?: string } {
  const { code, detail, title, field, remedy } = (json ?? {}) as Record<string, string | undefined>
  const message = [detail ?? title ?? t('errors.unknown'), remedy].filter(Boolean).join(' ')
  return { code: code ?? 'unknown', message, ...(field ? { field } : {}) }
}
