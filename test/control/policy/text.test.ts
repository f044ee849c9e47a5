// SPDX-License-Identifier: GPL-2.0-or-later
// Lines of a text by offset.

import t from 'tap'
import { lineAt } from '../../../src/control/policy/text.js'

t.test('each offset lies in its line, the line break in the line it ends', (t) => {
  const file = { path: 'a', text: 'one\ntwo\r\n\nlast' }
  t.strictSame(lineAt(file, 0), { number: 1, start: 0, end: 3 })
  t.strictSame(lineAt(file, 3), { number: 1, start: 0, end: 3 })
  t.strictSame(lineAt(file, 4), { number: 2, start: 4, end: 7 }, 'the return is no part of the line')
  t.strictSame(lineAt(file, 8), { number: 2, start: 4, end: 7 })
  t.strictSame(lineAt(file, 9), { number: 3, start: 9, end: 9 })
  t.strictSame(lineAt(file, 13), { number: 4, start: 10, end: 14 })
  t.strictSame(lineAt(file, 99), { number: 4, start: 10, end: 14 }, 'behind the end')
  t.strictSame(lineAt({ path: 'b', text: '' }, 0), { number: 1, start: 0, end: 0 })
  t.end()
})
