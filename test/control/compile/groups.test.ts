// SPDX-License-Identifier: GPL-2.0-or-later

import t from 'tap'
import { GROUP_ENTRIES } from '../../../src/contract/image.js'
import { Groups } from '../../../src/control/compile/groups.js'
import { MAX_GROUPS } from '../../../src/control/compile/limits.js'

t.test('groups keep their entries when the array grows', (t) => {
  const groups = new Groups()
  for (let number = 0; number < 100; number++) t.equal(groups.add(number), number)
  t.equal(groups.used().length, 100 * GROUP_ENTRIES)
  for (let number = 0; number < 100; number++) {
    t.equal(groups.words[number * GROUP_ENTRIES], number)
    t.equal(groups.words[(number + 1) * GROUP_ENTRIES - 1], number)
  }
  t.end()
})

t.test('too many are refused before memory is asked for', (t) => {
  const groups = new Groups()
  groups.count = MAX_GROUPS
  groups.words = { length: MAX_GROUPS * GROUP_ENTRIES } as Uint32Array<ArrayBuffer>
  t.throws(() => groups.add(0), { code: 'POLICY_TOO_LARGE', message: /1048577 address groups .* at most 1048576/ })
  t.end()
})
