// SPDX-License-Identifier: GPL-2.0-or-later
// What an operator sees when `ipxxb run` cannot start: one clear line with the remedy, exit 1, nothing installed.

import { execFileSync, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import t from 'tap'
import { FIRST_QUEUE } from '../../src/appliance/queues.js'
import { holderOf } from '../../src/datapath/packet/nfqueue.js'
import { enterNamespaces } from './network.js'
import { GOOD, MAIN, policyFile } from '../cli/command.js'

const inside = enterNamespaces(import.meta.url)

const TAKEN_PORT = 9531
const TAKEN = `127.0.0.1:${TAKEN_PORT}`

/** Runs the appliance behind `prefix` (a shell script that ends in "$@") and gives its last line and exit status. */
function attempt(prefix: string, ...options: string[]): { status: number | null; failed: Record<string, string>; line: string } {
  const command = [process.execPath, MAIN, 'run', '--policy', policyFile(GOOD), '--metrics', 'off', ...options]
  const { status, stderr } = spawnSync('unshare', ['--mount', 'sh', '-ec', prefix, 'sh', ...command], { encoding: 'utf8', timeout: 30_000 })
  const lines = stderr.trimEnd().split('\n')
  return { status, failed: JSON.parse(lines.at(-1) as string), line: lines.at(-1) as string }
}

const installed = (): string =>
  spawnSync('sh', ['-c', 'iptables-nft-save; iptables-legacy-save; ipset save'], {
    encoding: 'utf8',
  })
    .stdout.split('\n')
    .filter((line) => /IPXXB|ipxxb/.test(line))
    .join('\n')

if (inside !== true) t.pass('refusals', { skip: inside })
else {
  execFileSync('ip', ['link', 'set', 'lo', 'up'])
  const holder = createServer().listen(TAKEN_PORT, '127.0.0.1')
  await once(holder, 'listening')
  holder.unref()
  const cases = [
    { name: 'no CAP_NET_ADMIN', code: 'NO_PRIVILEGE', prefix: 'exec setpriv --bounding-set=-all --inh-caps=-all "$@"' },
    { name: 'no iptables', code: 'NO_IPTABLES', prefix: 'mount -t tmpfs tmpfs /usr/sbin; exec "$@"' },
    {
      name: 'no ipset',
      code: 'NO_IPSET',
      prefix: 'd=$(mktemp -d); cp -dR /usr/sbin/*tables* "$d"; mount --bind "$d" /usr/sbin; exec "$@"',
    },
    { name: 'the metrics port is taken', code: 'METRICS_PORT', prefix: 'exec "$@"', options: ['--metrics', TAKEN] },
  ]
  for (const { name, code, prefix, options = [] } of cases) {
    await t.test(`${name}: ${code}`, async (t) => {
      const { status, failed, line } = attempt(prefix, ...options)
      t.equal(status, 1)
      t.match(failed, { level: 'fatal', event: 'failed', code, detail: String, remedy: String })
      t.notMatch(line, /\n|\\n/, 'one line')
      t.comment(line)
      t.equal(installed(), '', 'nothing is left installed')
      t.equal(holderOf(FIRST_QUEUE), null, 'and no queue is bound')
    })
  }
}
