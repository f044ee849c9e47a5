// SPDX-License-Identifier: GPL-2.0-or-later
// The proof itself: scenario ip53b with the compiled appliance, as `ipxxb lab ip53b --json` runs it.

import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import t from 'tap'
import type { RowMessage, Summary } from '../../src/lab/messages.js'
import { startLab, whyNoLab } from './machine.js'

const PHASES = ['no-filter', 'observe', 'port', 'shape']
const ROWS = ['amplification', 'random-subdomains', 'browsing', 'fixed-source-port', 'fixed-address', 'tcp']

t.test('ip53b', { skip: await whyNoLab(), timeout: 90_000 }, async (t) => {
  const lab = startLab('ip53b', '--json')
  const [output, errors, [status]] = await Promise.all([text(lab.stdout!), text(lab.stderr!), once(lab, 'close')])
  t.equal(errors, '')
  const objects = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RowMessage | Summary)
  const rows = objects.filter((one) => one.type === 'row')

  t.strictSame(
    rows.map(({ phase, row }) => `${phase} ${row}`),
    PHASES.flatMap((phase) => ROWS.map((row) => `${phase} ${row}`)),
    'every row in every phase',
  )
  for (const { phase, title, measurement, passed, objections } of rows) t.ok(passed, `${phase}: ${title}: ${measurement}`, { objections })
  t.match(objects.at(-1), { type: 'summary', rows: rows.length, passed: rows.length, failed: 0, folder: null })
  t.equal(status, 0)

  // What the issue is about, read from the numbers and not from the lab's own judgement of them.
  const value = (phase: string, row: string, name: string) => rows.find((one) => one.phase === phase && one.row === row)?.values[name]
  t.ok((value('no-filter', 'amplification', 'factor') as number) > 5)
  t.strictSame(
    PHASES.map((phase) => value(phase, 'fixed-source-port', 'answered')),
    [10, 10, 0, 10],
  )
  t.strictSame([value('port', 'amplification', 'victimBytes'), value('shape', 'amplification', 'victimBytes')], [0, 0])
})
