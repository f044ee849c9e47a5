// SPDX-License-Identifier: GPL-2.0-or-later

import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { EVENTS } from '../../src/observe/events.js'
import { createLog } from '../../src/observe/log.js'
import { temporaryFolder } from '../cli/command.js'
import { compareGenerated } from './generated.js'

t.test('a line of the log is one JSON object with the stable name, the sentence and the keys', async (t) => {
  const path = join(temporaryFolder(), 'log')
  const descriptor = openSync(path, 'w')
  createLog(descriptor).emit('worker-died', { queue: 5300, cause: 'a\n"fault"', overload: 'fail-open' })
  createLog(descriptor).emit('stopped', {})
  closeSync(descriptor)
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
  t.equal(lines.length, 2)
  const line = JSON.parse(lines[0] as string)
  t.match(line, {
    level: 'error',
    event: 'worker-died',
    queue: 5300,
    cause: 'a\n"fault"',
    overload: 'fail-open',
    msg: EVENTS['worker-died'].text,
  })
  t.match(line.time, /^\d{4}-\d\d-\d\dT/)
})

t.test('docs/events.md says what the catalogue says', async (t) => {
  const rows = Object.entries(EVENTS).map(
    ([name, { level, text, keys }]) => `| \`${name}\` | ${level} | ${text} | ${keys.map((key) => `\`${key}\``).join(' ')} |`,
  )
  compareGenerated(t, 'events.md', [
    '# Events',
    '',
    'The appliance logs JSON lines on stderr. `event` is the stable name to search for, `msg` a sentence, `time` is in UTC; the keys ride along.',
    "No event carries a payload, a query name or a customer's address. Generated from `src/observe/events.ts`; `UPDATE=1 npm test` writes it anew.",
    '',
    '| event | level | sentence | keys |',
    '|---|---|---|---|',
    ...rows,
    '',
  ])
})
