import type { Locator, Page } from '@playwright/test'

/** Notes in the page when the element's text next becomes `text`, by the machine's clock. Nothing else is touched. */
export async function noteWhen(element: Locator, text: string): Promise<() => Promise<number>> {
  const handle = await element.elementHandle()
  const noted = await handle?.evaluateHandle((node, wanted) => {
    const seen = { at: 0 }
    const look = () => {
      if (seen.at === 0 && node.textContent?.includes(wanted))
        seen.at = performance.timeOrigin + performance.now()
    }
    new MutationObserver(look).observe(node, { childList: true, characterData: true, subtree: true })
    return seen
  }, text)
  return async () => (await noted?.evaluate((seen) => seen.at)) ?? 0
}

/** The moment of the next press of this button, by the machine's clock. */
export async function notePress(button: Locator): Promise<() => Promise<number>> {
  const handle = await button.elementHandle()
  const noted = await handle?.evaluateHandle((node) => {
    const pressed = { at: 0 }
    node.addEventListener('click', () => (pressed.at = performance.timeOrigin + performance.now()), {
      capture: true,
    })
    return pressed
  })
  return async () => (await noted?.evaluate((pressed) => pressed.at)) ?? 0
}

/** Answers, when called, whether the page is still the same one: neither reloaded nor navigated. */
export async function isSamePage(page: Page): Promise<() => Promise<boolean>> {
  const mark = `mark-${Math.random()}`
  await page.evaluate((value) => Object.assign(window, { e2eMark: value }), mark)
  return () => page.evaluate((value) => (window as { e2eMark?: string }).e2eMark === value, mark)
}
