/** Puts a text on the clipboard, also on plain HTTP from another machine, where the browser has no clipboard for pages. */
export async function copy(text: string): Promise<boolean> {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text)
      return true
    } catch {
      // Not allowed here; the old way may be.
    }
  }
  const area = document.createElement('textarea')
  area.value = text
  // Inside an open dialog: what is outside of it cannot be selected.
  const place = document.querySelector('dialog[open]') ?? document.body
  place.append(area)
  area.select()
  const isDone = document.execCommand('copy')
  area.remove()
  return isDone
}
