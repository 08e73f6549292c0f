/// <reference lib="webworker" />
// Serves the app's own files from the cache, so that a reload works with the network cut.
//
//   installed ─► a page says "serve", or every page of the old version is closed ─► served ─► proven, once it has drawn
//                                                                                    └─► did not start: goes back
//
// Which version is served stands in a ledger that all workers share, and not in which worker is active: a worker that waits never
// has to be hurried to the front, and whoever is active serves whichever version the ledger names.
// Nothing takes over in the middle of a sale: the page knows whether there is one. The version before stays in the cache until
// the next but one comes, for pages that still show it and as the one to go back to.
// Business traffic never passes through here: it has a replica and an outbox of its own.

declare const self: ServiceWorkerGlobalScope & { __precache: { version: string; files: string[] } }

/** Which version's files are served. */
interface Versions {
  readonly serving: string
  readonly previous: string | null
  /** One that did not start here, or that somebody went back from. */
  readonly setAside: string | null
  /** True once a page of it has been drawn. */
  readonly isProven: boolean
}

/** What pages say to their worker. */
type Message =
  | { readonly kind: 'drawn' | 'versions' | 'try_again' }
  | { readonly kind: 'serve'; readonly version: string }
  /** `isAsked`: a person wants it; else it is done only for a version that has never been drawn. */
  | { readonly kind: 'go_back'; readonly isAsked: boolean }

const { version, files } = self.__precache
const prefix = 'branchline-app-'
const cacheName = `${prefix}${version}`
const shell = '/index.html'
const serverPaths = /^\/(sync|api|apps?|broadcasting|ws|health|openapi\.json|signin)(\/|$)/
const ledger = { cache: 'branchline-versions', key: '/versions' }
let known: Promise<Versions> | undefined

self.addEventListener('install', (event) => {
  event.waitUntil(fill())
})

self.addEventListener('activate', (event) => {
  event.waitUntil(takeOver())
})

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url)
  if (event.request.method !== 'GET' || url.origin !== self.location.origin || serverPaths.test(url.pathname))
    return
  if (event.request.mode === 'navigate') event.respondWith(fromCache(shell, event.request))
  else if (url.pathname.startsWith('/assets/') || files.includes(url.pathname))
    event.respondWith(fromCache(url.pathname, event.request))
})

self.addEventListener('message', (event) => {
  event.waitUntil(
    hear(event.data as Message)
      .then((answer) => event.ports[0]?.postMessage(answer))
      .catch(() => event.ports[0]?.postMessage(null)),
  )
})

async function hear(message: Message): Promise<unknown> {
  switch (message.kind) {
    case 'serve':
      return serve(message.version)
    case 'drawn':
      return write({ ...(await read()), isProven: true })
    case 'versions':
      return { ...(await read()), own: version }
    case 'go_back':
      return goBack(message.isAsked)
    case 'try_again':
      return tryAgain()
  }
}

async function fill(): Promise<void> {
  const cache = await caches.open(cacheName)
  await cache.addAll(files.map((file) => new Request(file, { cache: 'reload' })))
}

async function takeOver(): Promise<void> {
  const before = await stored()
  const kept = await keptVersions()
  const last = before?.serving ?? kept.findLast((one) => one !== version) ?? null
  const isSame = last === version
  await write({
    serving: version,
    previous: isSame ? (before?.previous ?? null) : last,
    setAside: null,
    isProven: isSame && before?.isProven === true,
  })
  await dropOthers()
  await self.clients.claim()
}

/** Other pages are told: they show files of the version before until they are loaded again. */
async function serve(next: string): Promise<boolean> {
  const { serving } = await read()
  if (next === serving) return true
  if (!(await caches.has(prefix + next))) return false
  await write({ serving: next, previous: serving, setAside: null, isProven: false })
  await dropOthers()
  for (const page of await self.clients.matchAll()) page.postMessage({ kind: 'served' })
  return true
}

/** The caches of the version before are what makes this possible; without one nothing changes. */
async function goBack(isAsked: boolean): Promise<{ readonly isBack: boolean }> {
  const { serving, previous, isProven } = await read()
  if (previous === null || (isProven && !isAsked)) return { isBack: false }
  if (!(await caches.has(prefix + previous))) return { isBack: false }
  await write({ serving: previous, previous: null, setAside: serving, isProven: true })
  return { isBack: true }
}

/** The version that was set aside, once more. */
async function tryAgain(): Promise<void> {
  const { serving, setAside } = await read()
  if (setAside !== null)
    await write({ serving: setAside, previous: serving, setAside: null, isProven: false })
}

/** Not while another version is being laid in: it is in no list yet. */
async function dropOthers(): Promise<void> {
  if (self.registration.installing) return
  const { serving, previous, setAside } = await read()
  for (const one of await keptVersions()) {
    if (![serving, previous, setAside, version].includes(one)) await caches.delete(prefix + one)
  }
}

async function keptVersions(): Promise<string[]> {
  return (await caches.keys())
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length))
}

function read(): Promise<Versions> {
  known ??= stored().then(
    (versions) => versions ?? { serving: version, previous: null, setAside: null, isProven: false },
  )
  return known
}

async function stored(): Promise<Versions | null> {
  const answer = await caches.match(ledger.key, { cacheName: ledger.cache })
  return answer ? ((await answer.json()) as Versions) : null
}

async function write(versions: Versions): Promise<void> {
  const cache = await caches.open(ledger.cache)
  await cache.put(ledger.key, new Response(JSON.stringify(versions)))
  known = Promise.resolve(versions)
}

/** Hashed files of another kept version are for pages that still show it. */
async function fromCache(path: string, request: Request): Promise<Response> {
  const { serving } = await read()
  const own = await caches.match(path, { cacheName: prefix + serving })
  const cached = own ?? (path.startsWith('/assets/') ? await caches.match(path) : undefined)
  return cached ?? fetch(request)
}
