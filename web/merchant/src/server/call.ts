import type { Branchline, Method } from '@branchline/client'
import { t } from '../i18n/index.ts'

export type Answer<T = unknown> =
  | { readonly kind: 'done'; readonly body: T }
  | { readonly kind: 'refused'; readonly message: string; readonly field?: string }

/** People and first steps are not rows of the shop: they need the server at hand. The message is for whoever asked. */
export async function call<T>(
  client: Branchline,
  method: Method,
  path: string,
  body?: unknown,
): Promise<Answer<T>> {
  const reply = await client.ask(method, path, body)
  switch (reply.kind) {
    case 'ok':
      return { kind: 'done', body: reply.value as T }
    case 'unreachable':
      return { kind: 'refused', message: t('access.unreachable') }
    case 'refused': {
      const { message, remedy, field } = reply.refusal
      return {
        kind: 'refused',
        message: [message, remedy].filter(Boolean).join(' '),
        ...(field !== undefined && { field }),
      }
    }
  }
}
