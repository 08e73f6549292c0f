/** `awaiting_payment` is read as "Awaiting payment". */
export function words(name: string): string {
  const text = name.replace(/_id$/, '').replaceAll('_', ' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

const numbers = new Intl.NumberFormat()

export function formatNumber(value: number): string {
  return numbers.format(value)
}
