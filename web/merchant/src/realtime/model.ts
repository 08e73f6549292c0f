/** What the node tells administrators of its realtime apps, as it stands on the wire. */
export interface RateSample {
  readonly published: number
  readonly delivered: number
}

export interface WebhookState {
  readonly appId: string
  readonly url: string
  readonly waiting: number
  readonly delivered: number
  readonly lost: number
  readonly lastSuccess: string | null
  readonly lastFailure: string | null
  readonly lastReason: string | null
  readonly failures: number
  readonly deadSince: string | null
}

export interface AppTraffic {
  readonly id: string
  readonly key: string
  readonly name: string
  readonly isOwn: boolean
  readonly enabled: boolean
  readonly connections: number
  readonly maxConnections: number
  readonly channels: number
  readonly members: number
  readonly published: number
  readonly delivered: number
  readonly dropped: number
  readonly publishedPerSecond: number
  readonly deliveredPerSecond: number
  readonly samples: readonly RateSample[]
  readonly webhooks: readonly WebhookState[]
}

export interface Overview {
  readonly apps: readonly AppTraffic[]
  readonly sockets: number
  readonly tails: number
}

export interface ChannelLine {
  readonly name: string
  readonly kind: ChannelKind
  readonly subscriptions: number
  readonly members: number | null
}

export type ChannelKind = 'public' | 'private' | 'presence' | 'encrypted' | 'user'

export interface ChannelPage {
  readonly channels: readonly ChannelLine[]
  readonly next: string | null
  readonly total: number
}

export interface ChannelDetail {
  readonly name: string
  readonly kind: ChannelKind
  readonly subscriptions: number
  readonly members: readonly { readonly id: string; readonly info: { readonly name?: string } | null }[]
  readonly cached: string | null
}

export interface AppSettings {
  readonly id: string
  readonly key: string
  readonly name: string
  readonly enabled: boolean
  readonly secret?: string
  readonly isOwn: boolean
  readonly isReadOnly: boolean
  readonly mayRotate: boolean
  readonly allowedOrigins: readonly string[]
  readonly clientEvents: boolean
  readonly subscriptionCount: boolean
  readonly limits: Readonly<Record<string, number | string>>
  readonly webhooks: readonly { readonly url: string }[]
  readonly previousSecretsUntil: readonly string[]
}

/** Whole from ten on: nobody reads a digit that changes every second. */
export function formatRate(rate: number): string {
  return new Intl.NumberFormat(undefined, { maximumFractionDigits: rate < 10 ? 1 : 0 }).format(rate)
}

export function formatCount(count: number): string {
  return new Intl.NumberFormat(undefined, {
    notation: count < 100_000 ? 'standard' : 'compact',
  }).format(count)
}
