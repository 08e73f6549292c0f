/** 12.3 MB. */
export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, count)) / 3)))
  return `${new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 }).format(count / 1000 ** step)} ${units[step]}`
}
