// SPDX-License-Identifier: GPL-2.0-or-later
// YAML to plain data with places, and the bounds that hostile text meets.

import t from 'tap'
import { Report } from '../../../src/control/policy/diagnostics.js'
import { locate, MAX_POLICY_CHARACTERS } from '../../../src/control/policy/locate.js'

const run = (text: string) => {
  const report = new Report()
  const file = { path: 'policy.yaml', text }
  const located = locate(file, report)
  return { located, codes: report.diagnostics([file]).map(({ code, line }) => `${code}:${line}`), report }
}
const value = (text: string): unknown => JSON.parse(JSON.stringify(run(text).located?.value))

t.test('plain data comes out', (t) => {
  t.strictSame(value('a: 1\nb: [x, y, null]\nc: { d: true }\n2: 2027-01-01\n'), {
    a: 1,
    b: ['x', 'y', null],
    c: { d: true },
    2: '2027-01-01',
  })
  t.strictSame(value('a: &x [1]\nb: *x\nc: *x'), { a: [1], b: [1], c: [1] })
  t.strictSame(value('yes'), 'yes', 'YAML 1.2: no Norway problem')
  t.strictSame(value(''), null)
  t.strictSame(value('a:\nb: ~'), { a: null, b: null })
  t.equal(Object.getPrototypeOf(run('a: 1').located?.value), null)
  t.end()
})

t.test('keys, values and list entries have places', (t) => {
  const { located } = run('a: 1\nblocks:\n  - x\n  - { y: z }\n')
  const root = located?.value as { blocks: unknown[] }
  t.strictSame([located?.positions.key(root, 'a').start, located?.positions.value(root, 'a').start], [0, 3])
  t.equal(located?.positions.value(root.blocks, 1).start, 23)
  t.equal(located?.positions.key(root.blocks[1] as Record<string, unknown>, 'y').start, 25)
  t.end()
})

t.test('faults', (t) => {
  for (const [text, ...codes] of [
    ['a: [1', 'yaml-syntax:1'],
    ['a: 1\n}\n]\nb: 2\n', 'yaml-syntax:2'],
    ['a: 1\n---\nb: 2\n', 'yaml-syntax:2'],
    ['a: !money 5', 'yaml-syntax:1'],
    ['a: *b', 'yaml-syntax:1'],
    ['a: &a [*a]', 'yaml-syntax:1'],
    ['a: 1\na: 2\na: 3', 'duplicate-key:2', 'duplicate-key:3'],
    ['networks:\n  n: 1\n  n: 2', 'duplicate-name:3'],
    ['networks:\n  n: { a: 1, a: 2 }', 'duplicate-key:2'],
    ['? [a]\n: 1', 'wrong-type:1'],
    ['__proto__: 1', 'wrong-type:1'],
  ]) {
    t.strictSame(run(text as string).codes, codes, JSON.stringify(text))
  }
  t.end()
})

t.test('hostile text is bounded: what matters is that each ends, and how', (t) => {
  const laughs = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
  for (let level = 1; level < 12; level++) laughs.push(`a${level}: &a${level} [${Array.from({ length: 10 }, () => `*a${level - 1}`)}]`)
  for (const [name, text, code] of [
    ['billion laughs', laughs.join('\n'), 'too-large'],
    ['quadratic', `a: &a [${'x,'.repeat(20_000)}]\nb: [${'*a,'.repeat(2000)}]`, 'too-large'],
    ['nested lists', '['.repeat(20_000), 'too-large'],
    ['nested blocks', Array.from({ length: 600 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'), 'too-large'],
    ['nested, but well-formed', `${'['.repeat(25)}${']'.repeat(25)}`, 'too-large'],
    ['too long', `# ${'x'.repeat(MAX_POLICY_CHARACTERS)}`, 'too-large'],
    ['too many values', `[${'1,'.repeat(260_000)}]`, 'too-large'],
    ['a wall of brackets', '}\n'.repeat(20_000), 'yaml-syntax'],
  ] as const) {
    const { located, report, codes } = run(text)
    t.equal(located, null, name)
    t.match(codes[0], code, `${name}: ${codes[0]}`)
    t.ok(report.counts.error === 1, `${name}: ${report.counts.error} errors`)
  }
  const scalar = run(`a: "${'x'.repeat(1_000_000)}"`)
  t.strictSame(scalar.codes, [], 'a huge scalar is only a long text')
  t.end()
})
