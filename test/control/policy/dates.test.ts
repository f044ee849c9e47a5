// SPDX-License-Identifier: GPL-2.0-or-later
// Dates in timezones, clock changes included; the expected seconds were worked out with GNU date.

import t from 'tap'
import { createCalendar } from '../../../src/control/policy/dates.js'

t.test('a date begins with its first instant', (t) => {
  for (const [timezone, date, iso, why] of [
    ['Etc/UTC', '2027-01-01', '2027-01-01T00:00:00Z', 'UTC'],
    ['Asia/Tokyo', '2027-01-01', '2026-12-31T15:00:00Z', 'east'],
    ['America/Los_Angeles', '2027-01-01', '2027-01-01T08:00:00Z', 'west'],
    ['Asia/Kathmandu', '2027-01-01', '2026-12-31T18:15:00Z', 'a quarter of an hour'],
    ['Pacific/Kiritimati', '2027-01-01', '2026-12-31T10:00:00Z', 'fourteen hours ahead'],
    ['Etc/GMT+12', '2027-01-01', '2027-01-01T12:00:00Z', 'twelve hours behind'],
    ['Europe/Berlin', '2027-03-28', '2027-03-27T23:00:00Z', 'the day of a spring change begins in winter'],
    ['Europe/Berlin', '2027-03-29', '2027-03-28T22:00:00Z', 'the day behind it in summer'],
    ['America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00:00Z', 'midnight is skipped: 01:00'],
    ['America/Havana', '2024-11-03', '2024-11-03T04:00:00Z', 'midnight comes twice: the first'],
    ['Pacific/Apia', '2011-12-30', '2011-12-30T10:00:00Z', 'the day is skipped: the next'],
    ['Pacific/Apia', '2011-12-31', '2011-12-30T10:00:00Z', 'the day behind it'],
    ['Etc/UTC', '2028-02-29', '2028-02-29T00:00:00Z', 'leap day'],
    ['Etc/UTC', '2105-12-31', '2105-12-31T00:00:00Z', 'the last'],
  ] as const) {
    const calendar = createCalendar(timezone)
    t.equal(calendar?.timezone, timezone)
    t.equal(calendar?.seconds(date), Date.parse(iso) / 1000, `${timezone} ${date}: ${why}`)
    t.equal(calendar?.seconds(date), Date.parse(iso) / 1000, 'and again')
  }
  t.end()
})

t.test('what is no date has none', (t) => {
  const calendar = createCalendar('Etc/UTC')
  for (const date of [
    '2027-02-29',
    '2027-02-30',
    '2027-13-01',
    '2027-00-01',
    '2027-01-00',
    '2027-01-32',
    '1970-12-31',
    '2106-01-01',
    '0000-01-01',
    '2027-1-1',
    ' 2027-01-01',
    '',
  ]) {
    t.equal(calendar?.seconds(date), null, date)
  }
  t.end()
})

t.test('what is no timezone has no calendar', (t) => {
  for (const timezone of ['Asia/Tokio', '', 'x'.repeat(1000)]) t.equal(createCalendar(timezone), null, timezone)
  t.end()
})

t.test('the days of a year follow one another in each timezone', (t) => {
  for (const timezone of ['Europe/Berlin', 'America/Havana', 'Australia/Lord_Howe', 'Africa/Cairo', 'Asia/Tokyo']) {
    const calendar = createCalendar(timezone)
    let last = 0
    for (let day = Date.UTC(2027, 0, 1); day < Date.UTC(2028, 0, 1); day += 86_400_000) {
      const seconds = calendar?.seconds(new Date(day).toISOString().slice(0, 10)) as number
      if (last !== 0 && (seconds - last < 82_800 || seconds - last > 90_000)) t.fail(`${timezone}: a day of ${seconds - last} s`)
      last = seconds
    }
    t.ok(last > 0, timezone)
  }
  t.end()
})
