// SPDX-License-Identifier: GPL-2.0-or-later

import { closeSync, mkdtempSync, openSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { createLog } from '../../src/observe/log.js'

t.test('a line is one JSON object, whatever a policy has put into it', async (t) => {
  const path = join(mkdtempSync(join(tmpdir(), 'ipxxb-log-')), 'log')
  const descriptor = openSync(path, 'w')
  createLog(descriptor).emit('policy-error', { code: 'x', position: 'a\n{"event":"stopped"}:1:1', detail: '\u001b[2J' })
  closeSync(descriptor)
  const text = readFileSync(path, 'utf8')
  t.equal(text.split('\n').length, 2)
  t.notMatch(text, '\u001b')
  t.match(JSON.parse(text), { level: 'error', event: 'policy-error', position: 'a\n{"event":"stopped"}:1:1', detail: '\u001b[2J' })
})

t.test('a full disk costs lines and not the appliance', async (t) => {
  const descriptor = openSync('/dev/full', 'w')
  const log = createLog(descriptor)
  for (let times = 0; times < 3; times++) t.doesNotThrow(() => log.emit('stopped', {}))
  closeSync(descriptor)
})
