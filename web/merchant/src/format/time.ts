const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const second = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const dayAndClock = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' })

export function formatClock(instant: string | Date): string {
  return clock.format(new Date(instant))
}

/** Where much happens within a minute. */
export function formatSecond(instant: string | Date): string {
  return second.format(new Date(instant))
}

/** Where there is little room, a line may break between the day and the time, and nowhere else. */
export function formatInstant(instant: string | Date): string {
  return dayAndClock
    .formatToParts(new Date(instant))
    .map(({ value }, index, all) =>
      all[index + 1]?.type === 'hour' ? value : value.replaceAll(' ', '\u00a0'),
    )
    .join('')
}

/** A calendar day such as 2026-11-21, which has no time zone. */
export function formatDay(date: string): string {
  const [year = 1970, month = 1, dayOfMonth = 1] = date.split('-').map(Number)
  return day.format(new Date(year, month - 1, dayOfMonth))
}

/** The local calendar day of an instant as 2026-11-21. */
export function dayOf(instant: string | Date): string {
  const date = new Date(instant)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** The instant of a local `datetime-local` input's text and back. */
export function toLocalInput(instant: string): string {
  const date = new Date(instant)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${dayOf(date)}T${two(date.getHours())}:${two(date.getMinutes())}`
}

export function fromLocalInput(text: string): string {
  return new Date(text).toISOString()
}
