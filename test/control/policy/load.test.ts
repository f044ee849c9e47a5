// SPDX-License-Identifier: GPL-2.0-or-later
// Every case file against its exact text, every diagnostic against the cases, and what must hold for any text whatever.

import { existsSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import t from 'tap'
import { DIAGNOSTICS, type DiagnosticCode, MAX_DIAGNOSTICS } from '../../../src/control/policy/diagnostics.js'
import { loadPolicy } from '../../../src/control/policy/load.js'
import { OperationalError } from '../../../src/errors.js'
import { read } from '../../rules/tree.js'
import { CASES, caseNames, loadCase, loadText, NOW, readCase } from './cases.js'

t.test('each case prints exactly its text', (t) => {
  for (const name of caseNames) {
    const loaded = loadCase(name)
    const printed = loaded.render()
    const file = `${CASES}${name}.txt`
    if (process.env.UPDATE === '1') writeFileSync(file, printed)
    t.ok(existsSync(file), `${name}.txt is there`)
    t.equal(printed, readCase(`${name}.txt`), name)
    t.equal(loaded.policy === null, loaded.errors > 0, `${name}: refused for errors alone`)
    if (name.startsWith('good-')) t.equal(loaded.errors, 0, `${name}: no errors`)
  }
  t.end()
})

t.test('each code has a case named after it, and each case shows the code it is named after', (t) => {
  const codes = Object.keys(DIAGNOSTICS) as DiagnosticCode[]
  const shown = new Map(caseNames.map((name) => [name, new Set(loadCase(name).diagnostics.map(({ code }) => code))]))
  for (const code of codes) t.ok(shown.get(code)?.has(code), `${code} has a case`)
  for (const [name, found] of shown) {
    const named = codes.filter((code) => name === code || name.startsWith(`${code}-`)).sort((a, b) => b.length - a.length)[0]
    if (named !== undefined) t.ok(found.has(named), `${name} shows ${named}`)
  }
  t.end()
})

t.test('the policy in the document loads without a word', (t) => {
  const [, text] = /^```yaml\n(.*?)^```$/ms.exec(read('docs/policy.md')) as unknown as [string, string]
  const files: Record<string, string> = { 'policy.yaml': text, 'static.txt': '203.0.113.0/24\n' }
  const loaded = loadPolicy('policy.yaml', (path) => files[path] as string, NOW, { timezone: 'Etc/UTC' })
  t.equal(loaded.render(), '')
  t.equal(loaded.policy?.blocks.length, 3)
  t.end()
})

t.test('strict refuses what only warns', (t) => {
  const load = (strict: boolean) => loadPolicy('no-interfaces.yaml', readCase, NOW, { timezone: 'Etc/UTC', strict })
  t.not(load(false).policy, null)
  t.equal(load(true).policy, null)
  t.strictSame([load(true).errors, load(true).warnings], [0, 1])
  t.end()
})

t.test('the texts are those that were read, in order', (t) => {
  t.strictSame(loadCase('good-small-isp').texts, [readCase('good-small-isp.yaml'), readCase('files/static.txt')])
  t.strictSame(loadCase('unreadable-file').texts, [readCase('unreadable-file.yaml')])
  t.end()
})

t.test('a policy file that cannot be read is an operational error', (t) => {
  const load = () => loadPolicy('/nonexistent/policy.yaml', readCase, NOW, { timezone: 'Etc/UTC' })
  t.throws(load, OperationalError)
  t.throws(load, { code: 'POLICY_UNREADABLE', message: /cannot read \/nonexistent\/policy.yaml: ENOENT/ })
  t.throws(() => loadText('version: 1', Number.NaN).policy && loadPolicy('p', () => 'version: 1', NOW, { timezone: 'Nowhere' }), TypeError)
  t.end()
})

/** Texts near to a policy, so that the properties get past the YAML reader: cases with pieces swapped, doubled, cut and mangled. */
const lines = caseNames.flatMap((name) => readCase(`${name}.yaml`).split('\n'))
const pieces = [
  '[',
  ']',
  '{',
  '}',
  ': ',
  '- ',
  '*a',
  '&a ',
  '"',
  "'",
  '#',
  '\n',
  '\t',
  '  ',
  '|',
  '>',
  '?',
  '!',
  '%',
  '\0',
  '\u202e',
  '𝒳',
  '家',
  '~',
  '0x1',
  '1e999',
  '.nan',
  '__proto__: x',
  'constructor: x',
  '<<: *a',
]
const nearPolicy = fc
  .tuple(
    fc.constantFrom(...caseNames),
    fc.array(fc.tuple(fc.nat(), fc.nat(30), fc.oneof(fc.constantFrom(...pieces), fc.constantFrom(...lines), fc.string({ maxLength: 8 }))), {
      maxLength: 5,
    }),
  )
  .map(([name, edits]) => {
    let text = readCase(`${name}.yaml`)
    for (const [at, cut, piece] of edits) {
      const start = at % (text.length + 1)
      text = text.slice(0, start) + piece + text.slice(start + (cut % 6))
    }
    return text
  })

t.test('any text gives a policy or diagnostics, and these point into the text', (t) => {
  const property = fc.property(fc.oneof(nearPolicy, nearPolicy, fc.string({ unit: 'binary', maxLength: 200 })), (text) => {
    const { policy, diagnostics, errors, warnings, render } = loadText(text)
    if ((policy === null) !== errors > 0) return false
    if (diagnostics.length !== Math.min(errors, MAX_DIAGNOSTICS) + Math.min(warnings, MAX_DIAGNOSTICS)) return false
    for (const { file, line, column, message } of diagnostics) {
      const lines = (file === 'policy.yaml' ? text : readCase(file)).split('\n')
      if (line < 1 || line > lines.length) return false
      if (column < 1 || column > [...(lines[line - 1] as string)].length + 1) return false
      if (message === '') return false
    }
    return !/[\p{Cc}\p{Cf}]/u.test(render().replaceAll('\n', ''))
  })
  fc.assert(property, { numRuns: 1000 })
  t.pass('1,000 texts')
  t.end()
})

t.test('loading is stable: the same text gives the same policy', (t) => {
  for (const name of caseNames) t.strictSame(loadCase(name).policy, loadCase(name).policy, name)
  t.end()
})

t.test('what is wrong a million times is counted a million times and shown a hundred times', (t) => {
  const text = '192.0.2.0/40\n'.repeat(300_000)
  const policy = 'version: 1\ninterfaces: { outside: [a] }\nnetworks: { n: { prefixes: { file: f } } }'
  const loaded = loadPolicy('p', (path) => (path === 'p' ? policy : text), NOW, { timezone: 'Etc/UTC' })
  t.equal(loaded.errors, 300_000)
  t.equal(loaded.diagnostics.length, 100)
  t.match(loaded.render(), /\nand 299900 more\n$/)
  t.end()
})
