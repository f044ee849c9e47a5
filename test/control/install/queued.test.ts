// SPDX-License-Identifier: GPL-2.0-or-later

import { join } from 'node:path'
import { writeFileSync } from 'node:fs'
import t from 'tap'
import { isPacketQueued } from '../../../src/control/install/queued.js'

/** Queue, owner, waiting, copy mode and range, dropped twice, last number, always 1. */
const LINES = {
  idle: ' 5300   1234     0 2   128     7     8    42  1\n',
  waiting: ' 5301   1234     3 2   128     0     0    42  1\n',
}

const ROWS = [
  { name: 'no queue', text: '', expected: false },
  { name: 'an idle one', text: LINES.idle, expected: false },
  { name: 'one of two holds packets', text: LINES.idle + LINES.waiting, expected: true },
] as const

t.test("the kernel's list", (t) => {
  const path = join(t.testdir(), 'nfnetlink_queue')
  for (const { name, text, expected } of ROWS) {
    writeFileSync(path, text)
    t.equal(isPacketQueued(path), expected, name)
  }
  t.equal(isPacketQueued(`${path}-not`), false, "no list: the kernel's module is not loaded")
  t.equal(isPacketQueued(t.testdir()), true, 'what cannot be read may hold one')
  t.end()
})
