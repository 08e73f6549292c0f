import { beforeEach, expect, it, vi } from 'vitest'
import { Updates } from './updates.ts'

/** The page and the browser as an update sees them. */
const page = { now: 0, hasSale: false, isBusy: false, reloads: 0 }
const worker = {} as ServiceWorker
const serve = vi.fn(() => Promise.resolve(true))
let isNews = true
let installed: () => void = () => {}
let found: () => void = () => {}
let updates: Updates

function registration(waiting: boolean): ServiceWorkerRegistration & { update: ReturnType<typeof vi.fn> } {
  const installing = {
    state: 'installed',
    addEventListener: (_: string, run: () => void) => (installed = run),
  }
  return {
    active: worker,
    waiting: waiting ? worker : null,
    installing,
    addEventListener: (_: string, run: () => void) => (found = run),
    update: vi.fn(() => Promise.resolve()),
  } as unknown as ServiceWorkerRegistration & { update: ReturnType<typeof vi.fn> }
}

/** Another version is on this device. */
async function arrive(): Promise<void> {
  const followed = registration(false)
  updates.follow(followed, true)
  found()
  ;(followed as { waiting: unknown }).waiting = worker
  installed()
  await settled()
}

const settled = () => new Promise((resolve) => setTimeout(resolve))

function pass(seconds: number): void {
  for (let second = 0; second < seconds; second++) {
    page.now += 1_000
    updates.tick()
  }
}

const taken = () => serve.mock.calls.length

beforeEach(() => {
  Object.assign(page, { now: 0, hasSale: false, isBusy: false, reloads: 0 })
  serve.mockClear()
  isNews = true
  updates = new Updates({
    isFree: () => !page.hasSale,
    isBusy: () => page.isBusy,
    isNews: () => Promise.resolve(isNews),
    serve,
    reload: () => page.reloads++,
    now: () => page.now,
  })
})

it('offers a new version, but does not move the page under a finger', async () => {
  page.now = 60_000
  updates.touched()
  await arrive()
  pass(2)
  expect(updates.shown).toBe('current')
  pass(4)
  expect(updates.shown).toBe('ready')
  expect(taken()).toBe(0)
})

it('takes it when asked, and loads the page when the other version serves', async () => {
  await arrive()
  updates.want()
  expect(taken()).toBe(1)
  await settled()
  expect(page.reloads).toBe(1)
})

it('is not taken again and again when it cannot be served', async () => {
  serve.mockResolvedValueOnce(false)
  updates.follow(registration(true), true)
  await settled()
  pass(600)
  expect([taken(), page.reloads]).toEqual([1, 0])
})

it('offers nothing that is served already, or was set aside', async () => {
  isNews = false
  await arrive()
  pass(600)
  expect(updates.shown).toBe('current')
})

it('waits for the sale when asked in the middle of one, and then until the change was given back', async () => {
  page.hasSale = true
  await arrive()
  updates.want()
  expect(updates.shown).toBe('wanted')
  pass(600)
  expect(taken()).toBe(0)
  Object.assign(page, { hasSale: false, isBusy: true })
  pass(600)
  expect(taken()).toBe(0)
  page.isBusy = false
  pass(1)
  expect(taken()).toBe(1)
})

it('takes it unasked when nobody has touched the till for minutes, and never in the middle of a sale', async () => {
  page.hasSale = true
  await arrive()
  pass(600)
  expect(taken()).toBe(0)
  page.hasSale = false
  updates.touched()
  pass(299)
  expect(taken()).toBe(0)
  pass(1)
  expect(taken()).toBe(1)
})

it('takes one that waits already when the app starts, unless a cart was left', async () => {
  page.hasSale = true
  updates.follow(registration(true), true)
  await settled()
  expect(taken()).toBe(0)
  page.hasSale = false
  pass(1)
  expect(taken()).toBe(1)
})

it('leaves alone who has begun something, though it waited already when the app started', async () => {
  page.hasSale = true
  updates.follow(registration(true), true)
  await settled()
  updates.touched()
  page.hasSale = false
  pass(20)
  expect(taken()).toBe(0)
  expect(updates.shown).toBe('ready')
})

it('does not take the first version that this browser ever sees for a new one', async () => {
  updates.follow(registration(true), false)
  pass(600)
  expect(updates.shown).toBe('current')
  expect(taken()).toBe(0)
})

it('a tab that did not ask is offered to be loaded again when another tab took the version', async () => {
  updates.follow(registration(false), true)
  updates.takenElsewhere()
  pass(6)
  expect(updates.shown).toBe('ready')
  expect(page.reloads).toBe(0)
  updates.want()
  await settled()
  expect(page.reloads).toBe(1)
})

it('asks the server now and then, and not again within a minute', async () => {
  const followed = registration(false)
  updates.follow(followed, true)
  pass(30 * 60)
  expect(followed.update).toHaveBeenCalledTimes(1)
  updates.check()
  expect(followed.update).toHaveBeenCalledTimes(1)
  page.now += 60_000
  updates.check()
  expect(followed.update).toHaveBeenCalledTimes(2)
})
