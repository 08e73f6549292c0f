/// <reference lib="webworker" />
// Serves the app's own files from the cache, so that a reload works with the network cut.
//
//   install ─► waiting ─► (every page of the old version closed) ─► active
//
// There is no skipWaiting: a new version takes over at the next start, never in the middle of a sale.
// Business traffic never passes through here: it has a replica and an outbox of its own.

declare const self: ServiceWorkerGlobalScope & { __precache: { version: string; files: string[] } }

const { version, files } = self.__precache
const cacheName = `branchline-app-${version}`
const shell = '/index.html'
const serverPaths = /^\/(sync|api|apps?|broadcasting|ws|health|openapi\.json|signin)(\/|$)/

self.addEventListener('install', (event) => {
  event.waitUntil(fill())
})

self.addEventListener('activate', (event) => {
  event.waitUntil(dropOldVersions())
})

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url)
  if (event.request.method !== 'GET' || url.origin !== self.location.origin || serverPaths.test(url.pathname))
    return
  if (event.request.mode === 'navigate') event.respondWith(fromCache(shell, event.request))
  else if (files.includes(url.pathname)) event.respondWith(fromCache(url.pathname, event.request))
})

async function fill(): Promise<void> {
  const cache = await caches.open(cacheName)
  await cache.addAll(files.map((file) => new Request(file, { cache: 'reload' })))
}

async function dropOldVersions(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith('branchline-app-') && name !== cacheName) await caches.delete(name)
  }
}

async function fromCache(path: string, request: Request): Promise<Response> {
  const cached = await caches.match(path, { cacheName })
  return cached ?? fetch(request)
}
