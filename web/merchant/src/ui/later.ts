import { type ComponentType, type LazyExoticComponent, lazy } from 'react'

/**
 * A part that the first picture does not need. It is loaded as soon as the page has nothing else to do, not when it is asked
 * for: by then the server may be away. Stands within a `Suspense`.
 */
export function later<Props>(
  load: () => Promise<ComponentType<Props>>,
): LazyExoticComponent<ComponentType<Props>> {
  let loading: Promise<{ default: ComponentType<Props> }> | undefined
  const once = () => {
    loading ??= load().then((component) => ({ default: component }))
    loading.catch(() => {
      loading = undefined
    })
    return loading
  }
  if (document.readyState === 'complete') setTimeout(once, 500)
  else window.addEventListener('load', () => setTimeout(once, 500), { once: true })
  return lazy(once)
}
