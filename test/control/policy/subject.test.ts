// SPDX-License-Identifier: GPL-2.0-or-later
// The small questions that every check asks.

import t from 'tap'
import { createCalendar } from '../../../src/control/policy/dates.js'
import { Report } from '../../../src/control/policy/diagnostics.js'
import { Positions } from '../../../src/control/policy/positions.js'
import { dateOf, placeOf, type Subject } from '../../../src/control/policy/subject.js'

const file = { path: 'p', text: 'x'.repeat(100) }
const holder = { since: '2027-01-01', expires: '2027-02-30' }
const positions = new Positions(file)
positions.set(holder, 'since', { key: [1, 2], value: [3, 4] })
positions.set(holder, 'expires', { key: [5, 6], value: [7, 8] })
const report = new Report()
const subject = { positions, report, calendar: createCalendar('Etc/UTC') } as unknown as Subject

t.test('a date, none, and one that does not exist', (t) => {
  t.equal(dateOf(subject, holder, 'since', null), Date.UTC(2027, 0, 1) / 1000)
  t.equal(dateOf(subject, holder, 'review', null), null)
  t.equal(report.counts.error, 0)
  t.equal(dateOf(subject, holder, 'expires', 5), 5)
  t.strictSame(
    report.diagnostics([file]).map(({ code, column }) => [code, column]),
    [['bad-date', 8]],
  )
  t.end()
})

t.test('the place of the first key that is there', (t) => {
  t.equal(placeOf(subject, holder, 'review', 'expires', 'since').start, 7)
  t.end()
})
