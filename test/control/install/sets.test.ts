// SPDX-License-Identifier: GPL-2.0-or-later

import t from 'tap'
import { freeGeneration, isOurSet, setName } from '../../../src/control/install/sets.js'

t.test('names', (t) => {
  t.equal(setName(999_999, { name: 'abcdefghijklmnop' }, 6).length, 31, 'the kernel takes 31 bytes')
  t.ok(isOurSet('ipxxb-12-dynamic-4'))
  for (const foreign of [
    '',
    'ipxxb',
    'ipxxb-dynamic-4',
    'ipxxb-1-dynamic',
    'my-ipxxb-1-dynamic-4',
    'ipxxb-1-Dynamic-4',
    'ipxxb-1234567-a-4',
  ]) {
    t.notOk(isOurSet(foreign), foreign)
  }
  t.end()
})

t.test('generations', (t) => {
  t.equal(freeGeneration([]), 1)
  t.equal(freeGeneration(['ipxxb-4-a-4', 'ipxxb-7-a-6', 'other']), 8)
  t.equal(freeGeneration(['ipxxb-999999-a-4']), 0, 'numbers begin again')
  t.equal(freeGeneration(['ipxxb-999999-a-4', 'ipxxb-0-a-4', 'ipxxb-1-b-6']), 2)
  t.end()
})
