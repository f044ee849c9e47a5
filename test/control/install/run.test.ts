// SPDX-License-Identifier: GPL-2.0-or-later

import t from 'tap'
import { run } from '../../../src/control/install/run.js'

t.test('a program: its input, both of its outputs, its status', async (t) => {
  t.same(await run('sh', ['-c', 'cat; echo "$LC_ALL" >&2; exit 3'], 'in'), { status: 3, stdout: 'in', stderr: 'C\n' })
  t.same(await run('true', []), { status: 0, stdout: '', stderr: '' })
})

t.test('no such program', async (t) => {
  t.same(await run('no-such-program-anywhere', []), { status: null, stdout: '', stderr: '' })
})

t.test('a program that does not read its input', async (t) => {
  t.same(await run('true', [], 'x'.repeat(1 << 20)), { status: 0, stdout: '', stderr: '' })
})

t.test('a program ended by a signal has failed', async (t) => {
  t.same(await run('sh', ['-c', 'kill -9 $$']), { status: 1, stdout: '', stderr: 'ended by SIGKILL' })
})

t.test('a program that cannot be started', async (t) => {
  t.same(await run('/etc/passwd', []), { status: null, stdout: '', stderr: '' }, 'none that we may run')
  await t.rejects(run('true', ['x'.repeat(1 << 22)]), { code: 'STEERING_FAILED', message: /^true could not be started: .*E2BIG/ })
})

t.test('no file descriptor to spare is one clear line', async (t) => {
  const script = `
    import { openSync } from 'node:fs'
    import { run } from '${new URL('../../../src/control/install/run.js', import.meta.url)}'
    const say = (what) => process._rawDebug(what)
    try { for (;;) openSync('/dev/null') } catch {}
    await run('true', []).then((outcome) => say(JSON.stringify(outcome)), (error) => say(error.code + ' ' + error.message))`
  const limited = 'ulimit -n 64; exec "$0" --input-type=module -e "$1"'
  const { stderr } = await run('sh', ['-c', limited, process.execPath, script])
  t.match(stderr, /^STEERING_FAILED true could not be started: .*EMFILE/)
})

t.test('the system folders are on the path', async (t) => {
  const { stdout } = await run('sh', ['-c', 'echo "$PATH"'])
  t.match(stdout, /:\/usr\/sbin:\/sbin\n$/)
})

t.test('in a process group of its own', async (t) => {
  const { stdout } = await run('sh', ['-c', 'echo $$; cut -d" " -f5 /proc/$$/stat'])
  const [pid, group] = stdout.trim().split(/\s+/)
  t.equal(group, pid)
})
