// SPDX-License-Identifier: GPL-2.0-or-later

import t from 'tap'
import { ipxxb } from './command.js'

t.test('help goes to stdout with examples, for every command', async (t) => {
  for (const command of [[], ['run'], ['check'], ['plan'], ['lab']]) {
    const { status, stdout, stderr } = ipxxb(...command, '--help')
    t.equal(status, 0)
    t.equal(stderr, '')
    t.match(stdout, 'Examples:')
    t.match(stdout, 'Exit status: 0')
  }
})

t.test('the version is that of package.json', async (t) => {
  t.match(ipxxb('--version').stdout, /^\d+\.\d+\.\d+\n$/)
})

t.test('wrong usage is exit 2 with a word of help on stderr', async (t) => {
  for (const line of [['no-such'], ['check'], ['check', '--no-such', 'file'], ['run'], ['plan']]) {
    const { status, stdout, stderr } = ipxxb(...line)
    t.equal(status, 2, line.join(' '))
    t.equal(stdout, '')
    t.match(stderr, /^error: /)
  }
})

t.test('an operational error is one line with code, cause and remedy', async (t) => {
  const { status, stderr } = ipxxb('check', '/nonexistent/policy.yaml')
  t.equal(status, 2)
  t.match(stderr, /^ipxxb: POLICY_UNREADABLE: .*\/nonexistent\/policy\.yaml.*; remedy: .*\n$/)
  const json = ipxxb('check', '/nonexistent/policy.yaml', '--json')
  t.equal(json.status, 2)
  t.match(JSON.parse(json.stderr), { error: { code: 'POLICY_UNREADABLE', remedy: String } })
})

t.test('numbers on the command line are checked', async (t) => {
  for (const option of [
    ['--queue', '65535'],
    ['--queue', '-1'],
    ['--queues', '0'],
    ['--queues', '9'],
    ['--metrics', 'here'],
    ['--pin', '0,x'],
  ]) {
    const { status, stderr } = ipxxb('run', '--policy', '/nonexistent', ...option)
    t.equal(status, 2, option.join(' '))
    t.match(stderr, 'USAGE')
  }
})

t.test('a processor that is not there', async (t) => {
  const { status, stderr } = ipxxb('run', '--policy', '/nonexistent', '--pin', '0,8191')
  t.equal(status, 2)
  t.match(stderr, /^ipxxb: NO_PROCESSOR: --pin names 8191; this process may use \d.*; remedy: /)
})
