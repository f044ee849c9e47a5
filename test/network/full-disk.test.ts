// SPDX-License-Identifier: GPL-2.0-or-later
// The disk under the log is full from the first line on: lines are lost, and nothing else.

import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { GOOD, MAIN, policyFile, temporaryFolder } from '../cli/command.js'
import { createNetwork, CUSTOMER, enterNamespaces, eventually, OUTSIDE } from './network.js'
import { scrape } from './running.js'

const PORT = 53
const QUERY = '000001000001000000000000'.padEnd(40, '0')
const METRICS = '127.0.0.1:9530'
/** Milliseconds: what is waited for takes a fraction of a second on a machine that has nothing else to do. */
const PATIENCE = 15_000

const inside = enterNamespaces(import.meta.url)

if (inside !== true) t.pass('a full disk', { skip: inside })
else {
  const network = createNetwork()
  await network.customer.listen(CUSTOMER, PORT)
  const folder = temporaryFolder()
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder])
  execFileSync('sh', ['-c', `head -c 1M /dev/zero > ${join(folder, 'everything')} 2>/dev/null || true`])
  const log = join(folder, 'log')
  const descriptor = openSync(log, 'a')
  const policy = policyFile(GOOD.replace('eth0', 'to-outside'))
  const appliance = spawn(process.execPath, [MAIN, 'run', '--policy', policy, '--metrics', METRICS], {
    stdio: ['ignore', 'inherit', descriptor],
  })
  closeSync(descriptor)
  const status = (path: string) =>
    fetch(`http://${METRICS}${path}`).then(
      (answer) => answer.status,
      () => 0,
    )
  t.ok(await eventually(async () => (await status('/readyz')) === 200, PATIENCE), 'it starts')
  t.equal(execFileSync('wc', ['-c', log], { encoding: 'utf8' }).split(' ')[0], '0', 'and not a byte of its log could be written')

  await network.outside.send(OUTSIDE, PORT, CUSTOMER, PORT, QUERY, 20)
  t.ok(await eventually(async () => /reason="request",verdict="drop"\} 20\n/.test(await scrape(METRICS)), PATIENCE), 'queries die')
  t.equal(await network.customer.count(PORT), 0)
  appliance.kill('SIGHUP')
  // Done, and not only begun: one that is under way would bring the rules back by itself.
  t.ok(
    await eventually(async () => /ipxxb_policy_reloads_total\{result="done"\} 1\n/.test(await scrape(METRICS)), PATIENCE),
    'reloads go on',
  )
  execFileSync('nft', ['flush', 'ruleset'])
  t.ok(
    await eventually(async () => /reinstalls_total\{result="done"\} 1\n/.test(await scrape(METRICS)), PATIENCE),
    'removed rules are put back',
  )
  appliance.kill('SIGTERM')
  t.equal((await once(appliance, 'exit'))[0], 0, 'and it stops cleanly')
  t.equal(execFileSync('sh', ['-c', 'iptables-save -t mangle | grep IPXXB; ipset list -n; true'], { encoding: 'utf8' }), '')
  execFileSync('umount', [folder])
  network.close()
}
