import type { SessionState } from '../api.ts'
import type {
  CompareReply,
  CompareRequest,
  PullReply,
  PullRequest,
  PushReply,
  PushRequest,
  Refusal,
  SnapshotChunk,
} from '../protocol/messages.ts'
import {
  asObject,
  ProtocolError,
  parseCompareReply,
  parsePullReply,
  parsePushReply,
  parseRefusal,
  parseSchema,
  parseSnapshotChunk,
} from '../protocol/parse.ts'
import type { CompiledSchema } from '../protocol/schema.ts'
import { warn } from '../warn.ts'

/** What became of a request. `unreachable`: no answer, or one that is not the node's (a hotel's sign-in page). */
export type Reply<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'unreachable' }

/** How a request is made. */
export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

const answerWithin = 20_000

/** The node's HTTP side. */
export class Node {
  readonly #base: string
  #token: string | null

  constructor(url: string, token: string | null) {
    this.#base = url !== '' ? url.replace(/\/$/, '') : typeof location === 'undefined' ? '' : location.origin
    this.#token = token
  }

  get socketUrl(): string {
    const token = this.#token === null ? '' : `?token=${encodeURIComponent(this.#token)}`
    return `${this.#base.replace(/^http/, 'ws')}/sync/live${token}`
  }

  /** Where clients of a realtime app connect. */
  appUrl(key: string): string {
    return `${this.#base.replace(/^http/, 'ws')}/app/${encodeURIComponent(key)}?protocol=7&client=branchline&version=1`
  }

  async signIn(email: string, password: string, signal: AbortSignal): Promise<Reply<null>> {
    const reply = await this.#ask('POST', '/api/login', signal, asObject, { email, password })
    if (reply.kind !== 'ok') return reply
    // Where there are cookies the session is in one, out of a script's reach.
    if (typeof document === 'undefined' && typeof reply.value.token === 'string')
      this.#token = reply.value.token
    return { kind: 'ok', value: null }
  }

  async signOut(signal: AbortSignal): Promise<Reply<null>> {
    const reply = await this.#ask('POST', '/api/logout', signal, () => null)
    this.#token = null
    return reply
  }

  me(signal: AbortSignal): Promise<Reply<SessionState>> {
    return this.#ask('GET', '/api/me', signal, parseSession)
  }

  schema(signal: AbortSignal): Promise<Reply<CompiledSchema>> {
    return this.#ask('GET', '/sync/schema', signal, parseSchema)
  }

  push(request: PushRequest, signal: AbortSignal): Promise<Reply<PushReply>> {
    return this.#ask('POST', '/sync/push', signal, parsePushReply, request)
  }

  pull(request: PullRequest, signal: AbortSignal): Promise<Reply<PullReply>> {
    return this.#ask('POST', '/sync/pull', signal, parsePullReply, request)
  }

  /** Fresh: from the node as it stands, not from where another device began a moment ago. */
  snapshot(
    scope: string,
    { after, isFresh }: { readonly after?: string | undefined; readonly isFresh: boolean },
    signal: AbortSignal,
  ): Promise<Reply<SnapshotChunk>> {
    const query = new URLSearchParams({ scope, ...(after !== undefined && { after }) })
    return this.#ask('GET', `/sync/snapshot?${query}`, signal, parseSnapshotChunk, undefined, isFresh)
  }

  compare(request: CompareRequest, signal: AbortSignal): Promise<Reply<CompareReply>> {
    return this.#ask('POST', '/sync/compare', signal, parseCompareReply, request)
  }

  /** Anything else the node answers as JSON: people, first steps, a table of another schema. */
  ask(method: Method, path: string, body: unknown, signal: AbortSignal): Promise<Reply<unknown>> {
    return this.#ask(method, path, signal, (answer) => answer, body)
  }

  async #ask<T>(
    method: Method,
    path: string,
    signal: AbortSignal,
    parse: (body: unknown) => T,
    body?: unknown,
    isFresh = false,
  ): Promise<Reply<T>> {
    const reply = await this.#askOnce(method, path, signal, parse, body, isFresh)
    if (reply.kind !== 'refused' || reply.refusal.code !== 'antiforgery_failed') return reply
    await this.me(signal) // Brings a fresh antiforgery cookie.
    return this.#askOnce(method, path, signal, parse, body, isFresh)
  }

  async #askOnce<T>(
    method: Method,
    path: string,
    signal: AbortSignal,
    parse: (body: unknown) => T,
    body: unknown,
    isFresh: boolean,
  ): Promise<Reply<T>> {
    try {
      const response = await fetch(this.#base + path, {
        method,
        headers: this.#headers(method),
        credentials: 'same-origin',
        ...(isFresh && { cache: 'reload' }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithin)]),
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      if (!response.ok) return { kind: 'refused', refusal: parseRefusal(parsed(text), response.status) }
      return { kind: 'ok', value: parse(parsed(text)) }
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof ProtocolError) warn(`${path} answered strangely`, error)
      return { kind: 'unreachable' }
    }
  }

  #headers(method: string): Record<string, string> {
    const headers: Record<string, string> = { Accept: 'application/json' }
    if (method !== 'GET') {
      headers['Content-Type'] = 'application/json'
      const token = antiforgeryToken()
      if (token !== undefined) headers['X-XSRF-TOKEN'] = token
    }
    if (this.#token !== null) headers.Authorization = `Bearer ${this.#token}`
    return headers
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

function antiforgeryToken(): string | undefined {
  if (typeof document === 'undefined') return undefined
  const value = /(?:^|;\s*)XSRF-TOKEN=([^;]*)/.exec(document.cookie)?.[1]
  return value === undefined ? undefined : decodeURIComponent(value)
}

function parseSession(body: unknown): SessionState {
  const from = asObject(body)
  const user = asObject(from.user)
  if (typeof user.id !== 'string' || typeof user.role !== 'string') throw new ProtocolError('Expected a user')
  return {
    user: { id: user.id, name: String(user.name ?? ''), email: String(user.email ?? ''), role: user.role },
    branches: Array.isArray(from.branches) ? (from.branches as SessionState['branches']) : [],
  }
}
