// SPDX-License-Identifier: GPL-2.0-or-later

import t from 'tap'
import { parseKernelQueues, readKernelQueues } from '../../src/appliance/kernel-queues.js'

t.test('lines of the kernel', (t) => {
  const text = ' 5300   4711     3 2   128     5     6      900  1\n 5301 2147483649     0 2   128     0     0        0  1\n'
  t.same(
    [...parseKernelQueues(text)],
    [
      [5300, { waiting: 3, dropped: 5, userDropped: 6 }],
      [5301, { waiting: 0, dropped: 0, userDropped: 0 }],
    ],
  )
  t.equal(parseKernelQueues('').size, 0)
  t.end()
})

t.test('where it cannot be read there is nothing to say', (t) => {
  t.ok(readKernelQueues() instanceof Map)
  t.end()
})
