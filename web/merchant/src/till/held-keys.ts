/** Of a scan that stopped for so long, in milliseconds, what has come is shown: it may have been somebody typing after all. */
const showAfter = 120

/**
 * Keys that come as fast as a scanner's are kept from the field that has the focus: a slow device would work on each of them before it
 * gets to the Enter. What does not become a scan is put there, in its order.
 */
export class HeldKeys {
  #field: HTMLInputElement | null = null
  #text = ''
  #timer: ReturnType<typeof setTimeout> | undefined

  hold(field: HTMLInputElement, key: string): void {
    if (field !== this.#field) this.release()
    this.#field = field
    this.#text += key
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.release(), showAfter)
  }

  /** They were a scan's. */
  drop(): void {
    clearTimeout(this.#timer)
    this.#text = ''
  }

  /** They were somebody's after all. */
  release(): void {
    const [field, text] = [this.#field, this.#text]
    this.drop()
    if (field === null || text === '') return
    const end = field.value.length
    field.setRangeText(text, field.selectionStart ?? end, field.selectionEnd ?? end, 'end')
    field.dispatchEvent(new Event('input', { bubbles: true }))
  }
}

/** Whether what was kept from it can be put there later. */
export function canWait(element: Element | null): element is HTMLInputElement {
  return element instanceof HTMLInputElement && (element.type === 'search' || element.type === 'text')
}
