// SPDX-License-Identifier: GPL-2.0-or-later
// --at: a moment as ISO 8601 writes it. A date alone is 00:00 in the policy's timezone, as in the policy; a time of day needs its offset,
// because the operator's and the policy's timezone may differ.

import { createCalendar } from '../control/policy/dates.js'
import { OperationalError } from '../errors.js'

const FORM = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/

/** Seconds since 1970 (UTC). Throws USAGE. */
export function parseMoment(text: string, timezone: string): number {
  const parts = FORM.exec(text)
  const day = parts === null ? null : (createCalendar(timezone)?.seconds(parts[1] as string) ?? null)
  const seconds = parts?.[2] === undefined ? day : Date.parse(text) / 1000
  if (day === null || seconds === null || Number.isNaN(seconds)) {
    throw new OperationalError(
      'USAGE',
      `--at takes a date or a time with its offset, as in 2027-01-15 or 2027-01-15T09:00:00+09:00, not \`${text}\``,
    )
  }
  return seconds
}

/** `2027-01-15 09:00:00 Asia/Tokyo` of a time as explanations hold it. */
export function momentText(iso: string, timezone: string): string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'medium' })
  return `${format.format(new Date(iso))} ${timezone}`
}
