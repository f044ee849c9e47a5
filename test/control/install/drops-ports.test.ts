// SPDX-License-Identifier: GPL-2.0-or-later

import t from 'tap'
import { groupByPort } from '../../../src/control/install/drops-ports.js'

const member = (name: string, first: number, last = first) => ({ name, first, last })
const groups = (...members: ReturnType<typeof member>[]) =>
  groupByPort(members).map(({ ports, members }) => `${ports.map((range) => range.join('-'))} ${members.map(({ name }) => name)}`)

t.test('each port has the list of those that name it, in their order', (t) => {
  t.same(groups(), [])
  t.same(groups(member('a', 53)), ['53-53 a'])
  t.same(groups(member('a', 53), member('b', 53)), ['53-53 a,b'])
  t.same(groups(member('a', 10, 20), member('b', 15, 30)), ['10-14 a', '15-20 a,b', '21-30 b'])
  t.same(groups(member('a', 15), member('b', 10, 20)), ['10-14,16-20 b', '15-15 a,b'], 'the same list twice is one group')
  t.same(groups(member('a', 10, 12), member('a2', 13)), ['10-12 a', '13-13 a2'])
  t.same(groups(member('a', 0, 65535)), ['0-65535 a'])
  t.end()
})

t.test('a member that is there twice and touches itself makes one range', (t) => {
  const twice = member('a', 1, 2)
  t.same(groups(twice, member('b', 5, 6)), ['1-2 a', '5-6 b'], 'a gap between them belongs to nobody')
  t.end()
})
