// SPDX-License-Identifier: GPL-2.0-or-later

import t from 'tap'
import { momentText, parseMoment } from '../../src/explain/moment.js'

const seconds = (iso: string): number => Date.parse(iso) / 1000

t.test('a date is midnight in the policy, a time has its offset', (t) => {
  t.equal(parseMoment('2027-01-15', 'Asia/Tokyo'), seconds('2027-01-14T15:00:00Z'))
  t.equal(parseMoment('2027-01-15', 'UTC'), seconds('2027-01-15T00:00:00Z'))
  t.equal(parseMoment('2027-01-15T09:30Z', 'Asia/Tokyo'), seconds('2027-01-15T09:30:00Z'))
  t.equal(parseMoment('2027-01-15T09:30:10.5+09:00', 'UTC'), seconds('2027-01-15T00:30:10.500Z'))
  for (const text of [
    '',
    '2027-02-30',
    '2027-02-30T00:00Z',
    '2027-01-15T09:30',
    '2027-01-15T25:00Z',
    '15.1.2027',
    '1969-12-31',
    '2200-01-01',
  ]) {
    t.throws(() => parseMoment(text, 'UTC'), { code: 'USAGE' }, text)
  }
  t.end()
})

t.test('and is shown in the timezone of the policy', (t) => {
  t.equal(momentText('2027-01-14T15:00:00.000Z', 'Asia/Tokyo'), '2027-01-15 00:00:00 Asia/Tokyo')
  t.end()
})
