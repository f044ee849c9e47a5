// SPDX-License-Identifier: GPL-2.0-or-later
// The policy and its prefix files through the callback.

import t from 'tap'
import { Report } from '../../../src/control/policy/diagnostics.js'
import { MAX_PREFIX_FILE_CHARACTERS, type ReadFile, read } from '../../../src/control/policy/read.js'

const policy = `version: 1
networks:
  a: { prefixes: { file: a.txt } }
  b: { prefixes: { file: /srv/b.txt } }
  c: { prefixes: { file: a.txt } }
  d: { prefixes: [192.0.2.0/24] }
  e: { prefixes: { file: 5 } }
  f: text
exemptions:
  - { prefix: { file: e.txt } }
  - { prefix: 192.0.2.1/32 }
  - { prefix: { file: a.txt } }
  - text
`

const run = (path: string, readFile: ReadFile) => {
  const report = new Report()
  const source = read(path, readFile, report)
  return { source, found: report.diagnostics(source.texts).map(({ code, line, message }) => `${code}:${line}: ${message}`) }
}

t.test('files are read once each, beside the policy, in the order of networks and exemptions', (t) => {
  const asked: string[] = []
  const { source, found } = run('/etc/ipxxb/policy.yaml', (path) => {
    asked.push(path)
    return path.endsWith('.yaml') ? policy : `# ${path}`
  })
  t.strictSame(asked, ['/etc/ipxxb/policy.yaml', '/etc/ipxxb/a.txt', '/srv/b.txt', '/etc/ipxxb/e.txt'])
  t.strictSame(
    source.texts.map(({ path }) => path),
    asked,
  )
  t.strictSame([...source.prefixFiles.keys()], ['a.txt', '/srv/b.txt', 'e.txt'])
  t.strictSame(found, [])
  t.end()
})

t.test('a policy without a folder has its files beside it too', (t) => {
  const { source } = run('policy.yaml', (path) => (path === 'policy.yaml' ? policy : ''))
  t.strictSame(
    source.texts.map(({ path }) => path),
    ['policy.yaml', 'a.txt', '/srv/b.txt', 'e.txt'],
  )
  t.end()
})

t.test('files that cannot be read are reported where they are named', (t) => {
  const { source, found } = run('policy.yaml', (path) => {
    if (path === 'policy.yaml') return policy
    if (path === 'a.txt') throw Object.assign(new Error('a long story'), { code: 'EACCES' })
    return '#'.repeat(MAX_PREFIX_FILE_CHARACTERS + 1)
  })
  t.equal(source.prefixFiles.size, 0)
  t.strictSame(found, [
    'unreadable-file:3: cannot read `a.txt`: EACCES',
    `unreadable-file:4: cannot read \`/srv/b.txt\`: it has more than ${MAX_PREFIX_FILE_CHARACTERS} characters`,
    'unreadable-file:5: cannot read `a.txt`: EACCES',
    `unreadable-file:10: cannot read \`e.txt\`: it has more than ${MAX_PREFIX_FILE_CHARACTERS} characters`,
    'unreadable-file:12: cannot read `a.txt`: EACCES',
  ])
  t.end()
})

t.test('a policy file that cannot be read is thrown, with what the system said', (t) => {
  const failing = (error: unknown) => () =>
    run('p', () => {
      throw error
    })
  t.throws(failing(Object.assign(new Error('x'), { code: 'ENOENT' })), { code: 'POLICY_UNREADABLE', message: 'cannot read p: ENOENT' })
  t.throws(failing(new Error('told otherwise')), { message: 'cannot read p: told otherwise' })
  t.throws(failing('a bare word'), { message: 'cannot read p: a bare word' })
  t.end()
})

t.test('a policy that is no YAML, or no mapping, names no files', (t) => {
  t.equal(run('p', () => 'a: [').source.located, null)
  for (const text of ['- 1', 'networks: 5', 'exemptions: 5', '', 'text']) t.equal(run('p', () => text).source.texts.length, 1, text)
  t.end()
})
