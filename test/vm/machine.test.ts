// SPDX-License-Identifier: GPL-2.0-or-later
// That a machine which is not done in time is told from one that is. Boots nothing to the end: main.ts does that.

import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { bootMachine, whyNoMachine } from './machine.js'

const skip = whyNoMachine()
const folder = mkdtempSync(join(tmpdir(), 'ipxxb-vm-'))
t.teardown(() => rmSync(folder, { recursive: true }))

t.test('one that is not done in time is ended', { skip, timeout: 60_000 }, async (t) => {
  const { results, off } = bootMachine(folder, [{ name: 'never', prints: 'tap', words: ['test/vm/none.js'] }], 1)
  t.match(await off, /^the machine hung: ended after its limit of 1 s; it last said:/)
  t.strictSame(readdirSync(results).sort(), ['order', 'runs'], 'and left nothing that could be taken for a result')
})
