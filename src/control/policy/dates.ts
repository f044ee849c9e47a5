// SPDX-License-Identifier: GPL-2.0-or-later
// Dates of the policy to seconds since 1970 (UTC). A date means the first instant of that day in the policy's timezone: 00:00, or where a
// clock change skips midnight (or the whole day, as on Samoa in 2011) the first instant behind it.

const DAY_SECONDS = 86_400

/** From, and below: both ends fit the image's 32-bit times in every timezone, and differ from ALWAYS and NEVER. */
const FIRST_YEAR = 1971
const END_YEAR = 2106

export interface Calendar {
  readonly timezone: string
  /** Seconds since 1970 (UTC) of the first instant of `YYYY-MM-DD`; null where there is no such date. */
  seconds(date: string): number | null
}

/** Null where the timezone is not known to this Node. */
export function createCalendar(timezone: string): Calendar | null {
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: timezone, calendar: 'gregory', numberingSystem: 'latn', ...DIGITS })
  } catch {
    return null
  }
  const known = new Map<string, number | null>()
  const localDay = (seconds: number): number => {
    const part: Record<string, number> = {}
    for (const { type, value } of format.formatToParts(seconds * 1000)) part[type] = Number(value)
    return Date.UTC(part.year as number, (part.month as number) - 1, part.day as number) / 1000
  }
  return {
    timezone,
    seconds(date) {
      const cached = known.get(date)
      if (cached !== undefined) return cached
      const day = utcDay(date)
      const seconds = day === null ? null : firstInstant(day, localDay)
      known.set(date, seconds)
      return seconds
    },
  }
}

const DIGITS = { year: 'numeric', month: '2-digit', day: '2-digit' } as const

/** 00:00 UTC of the date, or null: 2027-02-30 has the form of a date and is none. */
function utcDay(date: string): number | null {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date)
  if (parts === null) return null
  const [year, month, day] = parts.slice(1).map(Number) as [number, number, number]
  if (year < FIRST_YEAR || year >= END_YEAR) return null
  const time = Date.UTC(year, month - 1, day)
  return new Date(time).toISOString().startsWith(date) ? time / 1000 : null
}

/** Timezones lie within a day of UTC, and a local day begins at most one more day late: between these ends lies the instant searched. */
function firstInstant(day: number, localDay: (seconds: number) => number): number {
  let before = day - DAY_SECONDS - 1
  let reached = day + 2 * DAY_SECONDS
  while (reached - before > 1) {
    const middle = Math.floor((before + reached) / 2)
    if (localDay(middle) >= day) reached = middle
    else before = middle
  }
  return reached
}
