import type { AppSettings } from '../model.ts'

export const limitNames = [
  'maxConnections',
  'maxConnectionsPerAddress',
  'maxChannelName',
  'maxEventName',
  'maxEventBytes',
  'maxChannelsPerEvent',
  'maxBatch',
  'maxPresenceMembers',
  'maxMemberBytes',
  'maxWatchlist',
  'maxClientEventsPerSecond',
  'maxEventsPerSecond',
] as const

/** What was typed into the form of an app, as the node takes it. Only what differs travels: the rest goes on following the defaults. */
export function changesOf(app: AppSettings, typed: FormData): Record<string, unknown> {
  const text = (name: string) => String(typed.get(name) ?? '').trim()
  const lines = (name: string) =>
    text(name)
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean)
  const limits = Object.fromEntries(
    limitNames
      .filter((name) => text(name) !== '' && Number(text(name)) !== app.limits[name])
      .map((name) => [name, Number(text(name))]),
  )
  const wanted = {
    name: text('name'),
    enabled: typed.has('enabled'),
    clientEvents: typed.has('clientEvents'),
    subscriptionCount: typed.has('subscriptionCount'),
    allowedOrigins: lines('allowedOrigins'),
    // A webhook whose address stays keeps its filters and headers.
    webhooks: lines('webhooks').map((url) => app.webhooks.find((known) => known.url === url) ?? { url }),
    limits,
  }
  return Object.fromEntries(
    Object.entries(wanted).filter(([name, value]) =>
      name === 'limits'
        ? Object.keys(limits).length > 0
        : JSON.stringify(value) !== JSON.stringify(app[name as keyof AppSettings]),
    ),
  )
}
