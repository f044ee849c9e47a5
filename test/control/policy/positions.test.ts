// SPDX-License-Identifier: GPL-2.0-or-later
// Places beside plain data, and taking parts out of both.

import t from 'tap'
import { Positions } from '../../../src/control/policy/positions.js'

const file = { path: 'a', text: 'x'.repeat(100) }

t.test('keys and values have places', (t) => {
  const positions = new Positions(file)
  const mapping = { a: 1, b: 2 }
  positions.set(mapping, 'a', { key: [1, 2], value: [3, 4] })
  positions.set(mapping, 'b', { key: [5, 6], value: [7, 8] })
  t.strictSame(positions.key(mapping, 'b'), { file, start: 5, end: 6 })
  t.strictSame(positions.value(mapping, 'b'), { file, start: 7, end: 8 })
  t.strictSame(positions.value(mapping, 'c'), positions.start, 'without a place, the start of the text')
  t.strictSame(positions.key({}, 'c'), { file, start: 0, end: 1 })
  positions.remove(mapping, new Set(['a']))
  t.strictSame(mapping, { b: 2 })
  t.ok(positions.isIncomplete(mapping))
  t.notOk(positions.isIncomplete({}))
  t.end()
})

t.test('the places of a list move with its entries', (t) => {
  const positions = new Positions(file)
  const list = ['a', 'b', 'c', 'd']
  for (const index of [0, 1, 3]) positions.set(list, index, { key: [10 * index, 10 * index + 1], value: [10 * index, 10 * index + 1] })
  positions.remove(list, new Set([0]))
  t.strictSame(list, ['b', 'c', 'd'])
  t.equal(positions.value(list, 0).start, 10)
  t.strictSame(positions.value(list, 1), positions.start, 'one that had no place has none now')
  t.equal(positions.value(list, 2).start, 30)
  const bare = ['a', 'b']
  positions.remove(bare, new Set([1]))
  t.strictSame(bare, ['a'])
  t.end()
})
