// SPDX-License-Identifier: GPL-2.0-or-later
// The report and its printed form; the catalogue against its document.

import t from 'tap'
import { DIAGNOSTICS, MAX_DIAGNOSTICS, Report, renderDiagnostics } from '../../../src/control/policy/diagnostics.js'
import { table } from '../../rules/tree.js'

const file = { path: 'policy.yaml', text: 'version: 1\n\n理由: x\n' }

t.test('a diagnostic has line, column in characters, excerpt and hint', (t) => {
  const report = new Report()
  report.add('wrong-value', { file, start: 16, end: 17 }, 'no\nnews', () => 'a hint')
  const [diagnostic] = report.diagnostics([file])
  t.strictSame(diagnostic, {
    code: 'wrong-value',
    severity: 'error',
    file: 'policy.yaml',
    line: 3,
    column: 5,
    message: 'no\ufffdnews',
    hint: 'a hint',
    excerpt: '理由: x',
    underline: '      ^',
  })
  t.equal(
    renderDiagnostics(report.diagnostics([file])),
    'policy.yaml:3:5: error: no\ufffdnews [wrong-value]\n  3 | 理由: x\n    |       ^\n    = a hint\n',
  )
  t.end()
})

t.test('without a hint, on an empty line', (t) => {
  const report = new Report()
  report.add('expired', { file, start: 11, end: 12 }, 'over')
  t.equal(renderDiagnostics(report.diagnostics([file])), 'policy.yaml:2:1: warning: over [expired]\n  2 |\n    | ^\n')
  t.strictSame(report.counts, { error: 0, warning: 1 })
  t.end()
})

t.test('in the order of files and places, whatever was found first', (t) => {
  const other = { path: 'pool.txt', text: 'x' }
  const stranger = { path: 'stranger', text: 'x' }
  const report = new Report()
  report.add('bad-prefix', { file: other, start: 0, end: 1 }, 'third')
  report.add('wrong-value', { file, start: 9, end: 10 }, 'second')
  report.add('wrong-value', { file, start: 0, end: 1 }, 'first')
  report.add('wrong-value', { file: stranger, start: 0, end: 1 }, 'one of no known file, with the first')
  t.strictSame(
    report.diagnostics([file, other]).map(({ message }) => message),
    ['first', 'one of no known file, with the first', 'second', 'third'],
  )
  t.end()
})

t.test('so many of each severity are kept, the rest is counted, and costs nothing', (t) => {
  const report = new Report()
  let asked = 0
  const costly = () => {
    asked++
    return 'x'
  }
  for (let index = 0; index < 1000; index++) report.add('bad-prefix', { file, start: 0, end: 1 }, costly, costly)
  report.add('expired', { file, start: 0, end: 1 }, 'still shown')
  t.strictSame(report.counts, { error: 1000, warning: 1 })
  t.equal(report.diagnostics([file]).length, MAX_DIAGNOSTICS + 1)
  t.equal(asked, 2 * MAX_DIAGNOSTICS)
  t.equal(report.omitted, 1000 - MAX_DIAGNOSTICS)
  t.match(renderDiagnostics(report.diagnostics([file]), report.omitted), /\nand 900 more\n$/)
  t.equal(renderDiagnostics([]), '')
  t.end()
})

t.test('the catalogue is documented both ways, with severity', (t) => {
  const rows = table('docs/policy.md', '## Diagnostics').map(([code, severity]) => [code?.replaceAll('`', ''), severity])
  t.strictSame(rows, Object.entries(DIAGNOSTICS))
  t.end()
})
