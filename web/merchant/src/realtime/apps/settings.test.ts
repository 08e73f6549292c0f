import { expect, it } from 'vitest'
import type { AppSettings } from '../model.ts'
import { changesOf } from './settings.ts'

const app: AppSettings = {
  id: 'board',
  key: 'k',
  name: 'Board',
  enabled: true,
  isOwn: false,
  isReadOnly: false,
  mayRotate: true,
  allowedOrigins: [],
  clientEvents: true,
  subscriptionCount: false,
  limits: { maxConnections: 0, maxBatch: 10 },
  webhooks: [{ url: 'http://a/hook', events: ['member_added'] } as { url: string }],
  previousSecretsUntil: [],
}

function form(change: Record<string, string | null>): FormData {
  const typed = new FormData()
  const all = {
    name: 'Board',
    enabled: 'on',
    clientEvents: 'on',
    webhooks: 'http://a/hook',
    maxBatch: '10',
    ...change,
  }
  for (const [name, value] of Object.entries(all)) if (value !== null) typed.set(name, value)
  return typed
}

it('sends nothing when nothing was changed', () => {
  expect(changesOf(app, form({}))).toEqual({})
})

it('sends only the limit that was changed', () => {
  expect(changesOf(app, form({ maxConnections: '500' }))).toEqual({ limits: { maxConnections: 500 } })
})

it('a webhook that stays keeps its filter, and a switch that is off is sent', () => {
  expect(changesOf(app, form({ enabled: null, webhooks: 'http://a/hook\n\n http://b/hook ' }))).toEqual({
    enabled: false,
    webhooks: [{ url: 'http://a/hook', events: ['member_added'] }, { url: 'http://b/hook' }],
  })
})
