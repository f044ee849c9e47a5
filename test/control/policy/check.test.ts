// SPDX-License-Identifier: GPL-2.0-or-later
// What is checked of the document as a whole.

import t from 'tap'
import { check } from '../../../src/control/policy/check.js'
import { Report } from '../../../src/control/policy/diagnostics.js'
import { read } from '../../../src/control/policy/read.js'

const run = (text: string, timezone = 'Asia/Tokyo') => {
  const report = new Report()
  const source = read('policy.yaml', () => text, report)
  const checked = check(source, 0, timezone, report)
  return { checked, found: report.diagnostics(source.texts).map(({ code, line, hint }) => `${code}:${line}: ${hint}`) }
}

t.test('nothing to go on with', (t) => {
  t.equal(run('a: [').checked, null)
  t.equal(run('version: 2').checked, null)
  t.end()
})

t.test("timezone: the policy's, else the machine's", (t) => {
  t.equal(run('version: 1').checked?.timezone, 'Asia/Tokyo')
  t.equal(run('version: 1\ntimezone: Europe/Berlin').checked?.timezone, 'Europe/Berlin')
  const { checked, found } = run('version: 1\ninterfaces: { outside: [a] }\ntimezone: europe/berln')
  t.equal(checked?.timezone, 'Asia/Tokyo', 'to go on with')
  t.strictSame(found, ['bad-timezone:3: did you mean `Europe/Berlin`?'])
  t.throws(() => run('version: 1', 'Nowhere'), TypeError, 'a mistake of ours')
  t.end()
})

t.test('interfaces', (t) => {
  const warning = 'name the interfaces towards the Internet'
  t.strictSame(run('version: 1').found, [`no-interfaces:1: ${warning}`])
  t.strictSame(run('version: 1\ninterfaces: { outside: [] }').found, [`no-interfaces:2: ${warning}`])
  t.strictSame(run('version: 1\ninterfaces: { outside: [a] }').found, [])
  t.strictSame(run('version: 1\ninterfaces: { outside: [5] }').found, ['wrong-type:2: put it in quotes'], 'only the fault')
  t.strictSame(run('version: 1\ninterfaces: eth0').found, ['wrong-type:2: null'], 'only the fault')
  t.end()
})

t.test('names of blocks are known whatever else is wrong with them', (t) => {
  const { found } = run(`version: 1
interfaces: { outside: [a] }
networks: 5
blocks: [{ profile: IP53B }, 5, { name: b }]
exemptions: [{ prefix: 192.0.2.0/24, blocks: [IP53B, b, other] }]
`)
  t.strictSame(found.at(-1), 'unknown-block:5: one of: IP53B, b')
  t.end()
})
