// SPDX-License-Identifier: GPL-2.0-or-later
// The native code under the address and undefined-behaviour sanitizers: the parser with hostile bytes, then the addon with the tests that
// need a real kernel.

import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const MINUTES = 60_000
t.setTimeout(5 * MINUTES)

function sanitize(...words: string[]) {
  // The tests inside are run as they are, not as parts of this one.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(TAP|NODE_OPTIONS|_TAPJS|IPXXB)/.test(name)))
  const { status, stdout, stderr } = spawnSync('native/sanitize.sh', words, { cwd: ROOT, encoding: 'utf8', timeout: 4 * MINUTES, env })
  if (status !== 0) t.comment(stdout)
  return { status, stdout, stderr }
}

t.test('parser, verdict encoder, pace', (t) => {
  const { status, stdout, stderr } = sanitize('batch')
  t.equal(stderr, '')
  t.notMatch(stdout, /not ok/)
  t.equal(stdout.match(/^ok /gm)?.length, 14, 'nine tests of batch.cc, five of pace.cc')
  t.equal(status, 0)
  t.end()
})

t.test('the addon in node', (t) => {
  const { status, stdout, stderr } = sanitize('node', here('queue.test.js'), here('life.test.js'), here('rawsocket.test.js'))
  t.notMatch(stderr, /Sanitizer|runtime error/)
  t.equal(status, 0)
  // Each file ends with its totals; where namespaces are refused, each says that it was skipped.
  t.equal(stdout.match(/^# \{ total: \d+, (pass: \d+|pass: 0, skip: 1) \}$/gm)?.length, 3, 'totals of three files')
  t.end()
})
