interface Currency {
  readonly format: Intl.NumberFormat
  readonly digits: number
}

const currencies = new Map<string, Currency>()

/** Reads an amount in the smallest unit as the person writes money: 1250 USD is $12.50. */
export function formatMoney(minor: number, currency: string): string {
  return known(currency).format.format(minor / unit(currency))
}

/** The figure alone, for inputs: 1250 USD is 12.50. */
export function plainMoney(minor: number, currency: string): string {
  return (minor / unit(currency)).toFixed(digits(currency))
}

/** What was typed, in the smallest unit; null when it is not an amount or has more digits than the currency. */
export function parseMoney(text: string, currency: string): number | null {
  const clean = text.trim().replace(/[\s']/g, '').replace(',', '.')
  const match = /^(-?)(\d*)(?:\.(\d*))?$/.exec(clean)
  if (!match || (!match[2] && !match[3])) return null
  const fraction = match[3] ?? ''
  if (fraction.length > digits(currency)) return null
  const minor = Number(`${match[2] || '0'}${fraction.padEnd(digits(currency), '0')}`)
  return match[1] ? -minor : minor
}

/** How many of the smallest unit make one: 100 for USD, 1 for JPY, 1000 for KWD. */
export function unit(currency: string): number {
  return 10 ** digits(currency)
}

function digits(currency: string): number {
  return known(currency).digits
}

/** Asking a format for its digits takes longer than using it. */
function known(currency: string): Currency {
  let made = currencies.get(currency)
  if (!made) {
    const format = new Intl.NumberFormat(undefined, {
      style: 'currency',
      currency,
      currencyDisplay: 'narrowSymbol',
    })
    made = { format, digits: format.resolvedOptions().maximumFractionDigits ?? 2 }
    currencies.set(currency, made)
  }
  return made
}
