// SPDX-License-Identifier: GPL-2.0-or-later
// What rows judge with and no row of a scenario shows by itself.

import t from 'tap'
import { medianMilliseconds, Objections } from '../../src/lab/judging.js'
import { patiently, setPatience } from '../../src/lab/waiting.js'

t.test('at once is a round trip, or a tenth of a second', (t) => {
  const late = (refusals: readonly number[], roundTrip: number): number => {
    const objections = new Objections()
    objections.atOnce(refusals, roundTrip)
    return objections.list.length
  }
  t.equal(late([1, 99], 0.2), 0)
  t.equal(late([1, 101], 0.2), 1)
  t.equal(late([299], 300), 0)
  t.equal(late([301], 300), 1)
  setPatience(3)
  t.equal(late([299], 0.2), 0, 'a slow machine has longer')
  t.equal(patiently(10), 30)
  setPatience(1)
  t.end()
})

t.test('a median', (t) => {
  t.equal(medianMilliseconds([3, 1, 2.26]), 2.3)
  t.equal(medianMilliseconds([]), 0)
  t.end()
})
