// SPDX-License-Identifier: GPL-2.0-or-later
// Findings as text.

import t from 'tap'
import { render } from '../../src/doctor/render.js'

const FINDINGS = [
  { id: 'a', level: 'ok', finding: 'fine', remedy: null },
  { id: 'longer', level: 'problem', finding: 'broken', remedy: 'mend it' },
  { id: 'odd', level: 'note', finding: 'a name \x1b[31m\r of others', remedy: null },
] as const

t.equal(
  render(FINDINGS, false),
  `ok       a       fine
problem  longer  broken
                 remedy: mend it
note     odd     a name \\x1b[31m\\x0d of others

1 problem, 0 warnings, 1 note, 1 ok
`,
)
t.equal(render(FINDINGS, true).split('\n')[1], '\x1b[31mproblem\x1b[0m  longer  broken', 'colours do not change the columns')
